// SPDX-License-Identifier: BSD-3-Clause
// The seam through which the server table asks whether a server answers: one
// NULL call to its NFS program (RFC 1813 3.3.0).

#pragma once

#include <cstdint>
#include <string>

#include "amd/base/clock.h"
#include "amd/base/named.h"
#include "amd/rpc/address.h"

namespace amd {

// One record of the table.  Ids are never used again.
enum class ServerId : std::uint32_t {};

// What a record is about.  Versions 2 and 3 are one program with MOUNT beside
// it, 4 stands alone; each is asked over the transport that mounts will use.
struct ServerKey {
  ServerName name{};  // as the map writes it (normalised)
  int version = 3;    // 2, 3 or 4
  rpc::IpProtocol protocol = rpc::IpProtocol::Tcp;
  auto operator<=>(const ServerKey&) const = default;
};

// "server1 (nfs3/tcp)".
std::string to_text(const ServerKey& key);

struct PingRequest {
  ServerId id{};
  ServerKey key{};
  std::string address{};      // numeric, of the last answer; empty: not known
  bool must_resolve = false;  // it did not answer there: look its name up again
  Instant deadline{};         // the table takes silence beyond it as no answer
};

// Reports to ServerTable: on_answer, on_no_answer or on_refused, from the loop,
// never from inside these.  An address that was found goes to set_address().
class Prober {
 public:
  virtual ~Prober() = default;
  // There is at most one probe of a server at a time.
  virtual void start_probe(const PingRequest& request) = 0;
  // Nothing more is reported of the probe under way, if there is one.
  virtual void cancel_probe(ServerId id) = 0;
};

}  // namespace amd
