// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/portmap_protocol.h"

#include <charconv>
#include <optional>
#include <utility>

// Last: see wire.h.
#include "amd/rpc/wire.h"
//
#include "amd/rpc/portmap.h"

namespace amd::rpc {

static_assert(kPortmapProgram == PORTMAP_PROGRAM);
static_assert(kPortmapV2 == PORTMAP_V2 && kRpcbindV4 == RPCBIND_V4);
static_assert(static_cast<uint32_t>(PortmapProc::GetPort) ==
              PORTMAPPROC_GETPORT);
static_assert(static_cast<uint32_t>(RpcbindProc::GetAddr) ==
              RPCBINDPROC_GETADDR);

namespace {

template <class T>
Result<T> finished(XdrReader& in, T message) {
  if (auto end = in.finish(); !end) return pass(end);
  return message;
}

// Takes ".N" off the end of `text`.
std::optional<unsigned> take_octet(std::string_view& text) {
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(dot + 1);
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      value > 255)
    return std::nullopt;
  text = text.substr(0, dot);
  return value;
}

}  // namespace

uint16_t RpcbindAddress::port() const {
  std::string_view text = universal;
  const auto low = take_octet(text);
  const auto high = take_octet(text);
  if (!low || !high) return 0;
  return static_cast<uint16_t>(*high * 256 + *low);
}

template <>
void encode(XdrWriter& out, const PortmapEntry& m) {
  put_wire(out, xdr_portmap_entry,
           ::portmap_entry{
               .prog = m.prog, .vers = m.vers, .prot = m.prot, .port = m.port});
}
template <>
Result<PortmapEntry> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::portmap_entry, xdr_portmap_entry> wire(in);
  const ::portmap_entry& m = wire.get();
  return finished(
      in, PortmapEntry{
              .prog = m.prog, .vers = m.vers, .prot = m.prot, .port = m.port});
}

template <>
void encode(XdrWriter& out, const PortmapPort& message) {
  out.u32(message.port);
}
template <>
Result<PortmapPort> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const PortmapPort message{in.u32()};
  if (message.port > 0xffff) in.fail("holds a port above 65535");
  return finished(in, message);
}

template <>
void encode(XdrWriter& out, const PortmapFlag& message) {
  out.boolean(message.done);
}
template <>
Result<PortmapFlag> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const PortmapFlag message{in.boolean()};
  return finished(in, message);
}

template <>
void encode(XdrWriter& out, const RpcbindEntry& m) {
  put_wire(out, xdr_rpcbind_entry,
           ::rpcbind_entry{.r_prog = m.prog,
                           .r_vers = m.vers,
                           .r_netid = c_text(m.netid),
                           .r_addr = c_text(m.addr),
                           .r_owner = c_text(m.owner)});
}
template <>
Result<RpcbindEntry> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::rpcbind_entry, xdr_rpcbind_entry> wire(in);
  const ::rpcbind_entry& m = wire.get();
  return finished(in, RpcbindEntry{.prog = m.r_prog,
                                   .vers = m.r_vers,
                                   .netid = from_c(m.r_netid),
                                   .addr = from_c(m.r_addr),
                                   .owner = from_c(m.r_owner)});
}

template <>
void encode(XdrWriter& out, const RpcbindAddress& message) {
  out.opaque(message.universal);
}
template <>
Result<RpcbindAddress> decode(std::string_view bytes) {
  XdrReader in(bytes);
  RpcbindAddress message{std::string(in.opaque(RPCBIND_STRLEN))};
  return finished(in, std::move(message));
}

}  // namespace amd::rpc
