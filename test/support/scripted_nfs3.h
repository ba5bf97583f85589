// SPDX-License-Identifier: BSD-3-Clause
// An NFSv3 server in the test's own process that does what real servers will
// not do on demand: answer late, never, with a fault, in halves, or with lies.
//
// Lives on the engine's Reactor, on a TCP port of the loop-back address.  The
// file system is a tree in memory; handles are the numbers of its objects.
// MOUNT is served on the same port.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amd/nfsfs/reactor.h"
#include "amd/rpc/nfs3.h"
#include "amd/rpc/record.h"
#include "amd/rpc/rpc_message.h"

namespace amd::nfsfs {

// What becomes of one call.
struct Scripted {
  enum class Kind {
    Answer,      // as a good server
    Never,       // silence for this call alone
    Late,        // after `delay`
    Close,       // the connection breaks instead
    Status,      // the NFS status `status`
    Raw,         // the record `raw` instead of the results
    HalfRecord,  // half of the answer, then the connection breaks
    WrongXid,    // an answer to another call
    Denied,      // RPC refuses the credential
  };
  Kind kind = Kind::Answer;
  Milliseconds delay{};
  rpc::nfsstat3 status = rpc::NFS3_OK;
  std::string raw = {};
};

class ScriptedServer : private ReactorClient {
 public:
  struct Object {
    rpc::fattr3 attributes;
    std::string content;                      // of a file or a link
    std::map<std::string, uint64_t> entries;  // of a directory
  };

  explicit ScriptedServer(Reactor& reactor);
  ~ScriptedServer() override;

  uint16_t port() const { return port_; }
  std::string root_handle() const { return handle_of(1); }

  // Made under /; attributes may be changed through the reference.
  Object& add_file(const std::string& name, const std::string& content);
  Object& add_directory(const std::string& name);
  Object& add_link(const std::string& name, const std::string& text);
  Object& add_in(Object& directory, const std::string& name, rpc::ftype3 type,
                 const std::string& content);
  Object& object(const std::string& name);  // of the root
  void remove(const std::string& name);

  // Asked before each call is answered; without it all answers are good.
  std::function<Scripted(uint32_t proc, std::string_view args)> script;
  bool is_hung = false;  // takes connections and calls, answers nothing
  bool forgets_cookies =
      false;                // NFS3ERR_BAD_COOKIE for any but the first page
  bool is_endless = false;  // directories never end
  bool gives_attributes = true;   // with LOOKUP and READ
  bool gives_plus = true;         // READDIRPLUS is there
  uint32_t most_bytes = 1 << 20;  // of one READ
  uint32_t entries_a_page = 3;
  std::map<uint32_t, unsigned> calls;  // by procedure
  std::string last_credential;         // body of the AUTH_SYS one
  unsigned connections = 0;

  void refuse();  // no port, no connections: as after SIGKILL
  void listen();  // again, on the same port

 private:
  class Peer;
  static std::string handle_of(uint64_t id);
  std::optional<uint64_t> id_of(const rpc::nfs_fh3& handle) const;

  void on_ready(uint32_t events) override;
  void drop_peers();
  std::string results(uint32_t proc, std::string_view args);
  std::string mount_results(uint32_t proc);
  template <class Page>
  void fill_page(Page& page, const Object& directory, uint64_t cookie);
  std::string lookup(std::string_view args);
  std::string read(std::string_view args);
  std::string readdirplus(std::string_view args);
  std::string readdir(std::string_view args);

  Reactor& reactor_;
  UniqueFd listener_;
  uint16_t port_ = 0;
  uint64_t last_id_ = 0;
  std::map<uint64_t, Object> objects_;
  std::map<uint64_t, std::unique_ptr<Peer>> peers_;
  uint64_t last_peer_ = 0;
};

}  // namespace amd::nfsfs
