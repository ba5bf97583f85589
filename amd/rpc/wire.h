// SPDX-License-Identifier: BSD-3-Clause
// Between the structures that rpcgen makes and XdrReader/XdrWriter.
//
// Only for the .cc files of this room, which include it last: <rpc/rpc.h>
// defines macros with the names of enumerators in rpc_message.h.

#pragma once

#include <rpc/rpc.h>

#include <cstring>
#include <string>

#include "amd/rpc/xdr.h"

namespace amd::rpc {

template <class C>
using XdrProc = bool_t (*)(XDR*, C*);

// A C structure with what libtirpc allocates inside it.
template <class C, XdrProc<C> proc>
class Wire {
 public:
  explicit Wire(XdrReader& in) {
    const std::string_view bytes = in.rest();
    XDR x;
    xdrmem_create(&x, const_cast<char*>(bytes.data()),
                  static_cast<unsigned>(bytes.size()), XDR_DECODE);
    if (in.ok() && proc(&x, &value_))
      in.fixed(xdr_getpos(&x));
    else
      in.fail("does not hold the expected structure");
  }
  ~Wire() { xdr_free(reinterpret_cast<xdrproc_t>(proc), &value_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  const C& get() const { return value_; }

 private:
  C value_{};
};

// `value` must be within the bounds of its .x file.
template <class C>
void put_wire(XdrWriter& out, XdrProc<C> proc, C value) {
  std::string bytes(xdr_sizeof(reinterpret_cast<xdrproc_t>(proc), &value),
                    '\0');
  XDR x;
  xdrmem_create(&x, bytes.data(), static_cast<unsigned>(bytes.size()),
                XDR_ENCODE);
  proc(&x, &value);
  out.raw(bytes);
}

// The number in an enumeration that came from outside: any number at all, which
// C++ may not read as the enumeration.
template <class E>
uint32_t number_of(const E& enumerator) {
  static_assert(sizeof(E) == sizeof(uint32_t));
  uint32_t number = 0;
  std::memcpy(&number, &enumerator, sizeof number);
  return number;
}

// For C strings inside a structure that is only encoded.
inline char* c_text(const std::string& text) {
  return const_cast<char*>(text.c_str());
}
// Absent after a failed decode.
inline std::string from_c(const char* text) {
  return text == nullptr ? "" : text;
}

}  // namespace amd::rpc
