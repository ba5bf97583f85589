// SPDX-License-Identifier: BSD-3-Clause
#include "test/support/scripted_nfs3.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "amd/rpc/xdr.h"

namespace amd::nfsfs {

namespace {

constexpr uint32_t kMountProgram = 100005;

template <class T>
std::string xdr(const T& t) {
  rpc::XdrWriter writer;
  rpc::encode(writer, t);
  return writer.take();
}

template <class Res>
std::string failed(rpc::nfsstat3 status) {
  Res res;
  res.status = status;
  return xdr(res);
}

}  // namespace

// One connection.
class ScriptedServer::Peer : public ReactorClient {
 public:
  Peer(ScriptedServer& server, uint64_t id, int fd)
      : server_(server), id_(id), fd_(fd) {
    server_.reactor_.watch(fd, EPOLLIN, *this);
  }
  ~Peer() override { server_.reactor_.forget(fd_.get()); }

  void on_ready(uint32_t) override {
    if (server_.is_hung) return server_.reactor_.forget(fd_.get());
    const auto space = splitter_.space();
    const ssize_t n = ::recv(fd_.get(), space.data(), space.size(), 0);
    if (n <= 0) return leave();
    std::vector<rpc::Record> records;
    const auto r = splitter_.commit(
        static_cast<size_t>(n),
        [&](rpc::Record record) { records.push_back(std::move(record)); });
    if (!r) return leave();
    for (const rpc::Record& record : records) on_call(record.view());
  }
  void go_on() { server_.reactor_.watch(fd_.get(), EPOLLIN, *this); }

 private:
  void leave() {
    server_.reactor_.forget(fd_.get());
    fd_.reset();
    server_.reactor_.post([s = &server_, id = id_] { s->peers_.erase(id); });
  }

  void on_call(std::string_view bytes) {
    rpc::XdrReader reader(bytes);
    const auto call = rpc::decode_call(reader);
    if (!call || !fd_) return;
    const rpc::CallHeader& h = call->header;
    const std::string args(reader.rest());
    if (h.prog == kMountProgram)
      return send(h.xid, server_.mount_results(h.proc));
    ++server_.calls[h.proc];
    server_.last_credential = h.cred.body;
    Scripted s;
    if (server_.script) s = server_.script(h.proc, args);
    follow(s, h.xid, h.proc, args);
  }

  void follow(const Scripted& s, uint32_t xid, uint32_t proc,
              const std::string& args) {
    switch (s.kind) {
      case Scripted::Kind::Answer:
        return send(xid, server_.results(proc, args));
      case Scripted::Kind::Never:
        return;
      case Scripted::Kind::Late: {
        auto alarm =
            std::make_unique<Alarm>(server_.reactor_, [this, xid, proc, args] {
              send(xid, server_.results(proc, args));
            });
        alarm->set(server_.reactor_.now() + s.delay);
        late_.push_back(std::move(alarm));
        return;
      }
      case Scripted::Kind::Close:
        return leave();
      case Scripted::Kind::Status: {
        rpc::XdrWriter status;
        status.u32(s.status);
        status.boolean(false);  // the attributes of most failures
        if (proc == rpc::NFSPROC3_GETATTR)
          return send(xid, status.bytes().substr(0, 4));
        return send(xid, status.take());
      }
      case Scripted::Kind::Raw:
        return send(xid, s.raw);
      case Scripted::Kind::HalfRecord: {
        const std::string whole = record(xid, server_.results(proc, args));
        put(whole.substr(0, whole.size() / 2));
        return leave();
      }
      case Scripted::Kind::WrongXid:
        return send(xid ^ 0x5555, server_.results(proc, args));
      case Scripted::Kind::Denied: {
        rpc::XdrWriter out;
        rpc::ReplyHeader header;
        header.xid = xid;
        header.kind = rpc::ReplyHeader::Kind::AuthError;
        header.auth = rpc::AUTH_TOOWEAK;
        rpc::encode_reply(out, header);
        return put(marked(out.take()));
      }
    }
  }

  static std::string marked(const std::string& message) {
    const auto mark = rpc::record_mark(message.size());
    return std::string(mark.data(), mark.size()) + message;
  }
  static std::string record(uint32_t xid, const std::string& results) {
    rpc::XdrWriter out;
    rpc::ReplyHeader header;
    header.xid = xid;
    rpc::encode_reply(out, header);
    out.raw(results);
    return marked(out.take());
  }
  void send(uint32_t xid, const std::string& results) {
    put(record(xid, results));
  }
  void put(const std::string& bytes) {
    if (fd_) ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  ScriptedServer& server_;
  const uint64_t id_;
  UniqueFd fd_;
  rpc::RecordSplitter splitter_{1 << 20};
  std::vector<std::unique_ptr<Alarm>> late_;
};

ScriptedServer::ScriptedServer(Reactor& reactor) : reactor_(reactor) {
  Object& root = objects_[++last_id_];
  root.attributes.type = rpc::NF3DIR;
  root.attributes.mode = 0755;
  root.attributes.nlink = 2;
  root.attributes.fileid = 1;
  listen();
}

ScriptedServer::~ScriptedServer() {
  if (listener_) reactor_.forget(listener_.get());
}

void ScriptedServer::listen() {
  listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  ::bind(listener_.get(), any, size);
  ::listen(listener_.get(), 16);
  ::getsockname(listener_.get(), any, &size);
  port_ = ntohs(address.sin_port);
  reactor_.watch(listener_.get(), EPOLLIN, *this);
}

void ScriptedServer::refuse() {
  reactor_.forget(listener_.get());
  listener_.reset();
  reactor_.post([this] { peers_.clear(); });
}

void ScriptedServer::on_ready(uint32_t) {
  const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  ++connections;
  const uint64_t id = ++last_peer_;
  peers_.emplace(id, std::make_unique<Peer>(*this, id, fd));
}

std::string ScriptedServer::handle_of(uint64_t id) {
  return "object " + std::to_string(id);
}

std::optional<uint64_t> ScriptedServer::id_of(const rpc::nfs_fh3& h) const {
  for (const auto& [id, o] : objects_)
    if (h.view() == handle_of(id)) return id;
  return std::nullopt;
}

ScriptedServer::Object& ScriptedServer::add_in(Object& directory,
                                               const std::string& name,
                                               rpc::ftype3 type,
                                               const std::string& content) {
  const uint64_t id = ++last_id_;
  directory.entries[name] = id;
  Object& o = objects_[id];
  o.content = content;
  o.attributes.type = type;
  o.attributes.mode = type == rpc::NF3DIR ? 0755 : 0644;
  o.attributes.nlink = 1;
  o.attributes.size = content.size();
  o.attributes.used = content.size();
  o.attributes.fileid = id;
  o.attributes.mtime = {1767225600, 0};
  o.attributes.ctime = {1767225600 + static_cast<uint32_t>(port_), 0};
  return o;
}

ScriptedServer::Object& ScriptedServer::add_file(const std::string& name,
                                                 const std::string& content) {
  return add_in(objects_[1], name, rpc::NF3REG, content);
}
ScriptedServer::Object& ScriptedServer::add_directory(const std::string& name) {
  return add_in(objects_[1], name, rpc::NF3DIR, "");
}
ScriptedServer::Object& ScriptedServer::add_link(const std::string& name,
                                                 const std::string& text) {
  return add_in(objects_[1], name, rpc::NF3LNK, text);
}
ScriptedServer::Object& ScriptedServer::object(const std::string& name) {
  return objects_.at(objects_[1].entries.at(name));
}
void ScriptedServer::remove(const std::string& name) {
  auto& entries = objects_[1].entries;
  objects_.erase(entries.at(name));
  entries.erase(name);
}

std::string ScriptedServer::mount_results(uint32_t proc) {
  rpc::XdrWriter out;
  if (proc == 0) return {};
  out.u32(0);
  out.opaque(root_handle());
  out.u32(1);
  out.u32(rpc::AUTH_SYS);
  return out.take();
}

std::string ScriptedServer::lookup(std::string_view bytes) {
  const auto args = rpc::decode<rpc::LOOKUP3args>(bytes);
  const auto id = args ? id_of(args->what.dir) : std::nullopt;
  if (!id) return failed<rpc::LOOKUP3res>(rpc::NFS3ERR_STALE);
  const auto& entries = objects_[*id].entries;
  const auto it = entries.find(std::string(args->what.name));
  if (it == entries.end()) return failed<rpc::LOOKUP3res>(rpc::NFS3ERR_NOENT);
  rpc::LOOKUP3res res;
  res.resok.object = rpc::nfs_fh3(handle_of(it->second));
  if (gives_attributes)
    res.resok.obj_attributes = objects_[it->second].attributes;
  return xdr(res);
}

std::string ScriptedServer::read(std::string_view bytes) {
  const auto args = rpc::decode<rpc::READ3args>(bytes);
  const auto id = args ? id_of(args->file) : std::nullopt;
  if (!id) return failed<rpc::READ3res>(rpc::NFS3ERR_STALE);
  const Object& o = objects_[*id];
  rpc::READ3res res;
  if (gives_attributes) res.resok.file_attributes = o.attributes;
  const std::string_view all = o.content;
  const size_t count = std::min(args->count, most_bytes);
  res.resok.data =
      all.substr(std::min<size_t>(args->offset, all.size()), count);
  res.resok.count = static_cast<uint32_t>(res.resok.data.size());
  res.resok.eof = args->offset + res.resok.count >= all.size();
  return xdr(res);
}

template <class Page>
void ScriptedServer::fill_page(Page& page, const Object& directory,
                               uint64_t cookie) {
  page.dir_attributes = directory.attributes;
  uint64_t place = 0;
  for (const auto& [name, id] : directory.entries) {
    if (++place <= cookie && !is_endless) continue;
    if (page.entries.size() == entries_a_page) return;
    page.entries.emplace_back();
    auto& e = page.entries.back();
    e.name = name;
    e.fileid = id;
    e.cookie = is_endless ? cookie + place : place;
    if constexpr (requires { e.name_handle; }) {
      e.name_attributes = objects_[id].attributes;
      e.name_handle = rpc::nfs_fh3(handle_of(id));
    }
  }
  page.eof = !is_endless;
}

std::string ScriptedServer::readdirplus(std::string_view bytes) {
  const auto args = rpc::decode<rpc::READDIRPLUS3args>(bytes);
  const auto id = args ? id_of(args->dir) : std::nullopt;
  if (!gives_plus) return failed<rpc::READDIRPLUS3res>(rpc::NFS3ERR_NOTSUPP);
  if (!id) return failed<rpc::READDIRPLUS3res>(rpc::NFS3ERR_STALE);
  if (forgets_cookies && args->cookie != 0)
    return failed<rpc::READDIRPLUS3res>(rpc::NFS3ERR_BAD_COOKIE);
  rpc::READDIRPLUS3res res;
  fill_page(res.resok, objects_[*id], args->cookie);
  return xdr(res);
}

std::string ScriptedServer::readdir(std::string_view bytes) {
  const auto args = rpc::decode<rpc::READDIR3args>(bytes);
  const auto id = args ? id_of(args->dir) : std::nullopt;
  if (!id) return failed<rpc::READDIR3res>(rpc::NFS3ERR_STALE);
  rpc::READDIR3res res;
  fill_page(res.resok, objects_[*id], args->cookie);
  return xdr(res);
}

std::string ScriptedServer::results(uint32_t proc, std::string_view args) {
  switch (proc) {
    case rpc::NFSPROC3_NULL:
      return {};
    case rpc::NFSPROC3_LOOKUP:
      return lookup(args);
    case rpc::NFSPROC3_READ:
      return read(args);
    case rpc::NFSPROC3_READDIRPLUS:
      return readdirplus(args);
    case rpc::NFSPROC3_READDIR:
      return readdir(args);
    case rpc::NFSPROC3_GETATTR: {
      const auto a = rpc::decode<rpc::GETATTR3args>(args);
      const auto id = a ? id_of(a->object) : std::nullopt;
      if (!id) return failed<rpc::GETATTR3res>(rpc::NFS3ERR_STALE);
      rpc::GETATTR3res res;
      res.resok.obj_attributes = objects_[*id].attributes;
      return xdr(res);
    }
    case rpc::NFSPROC3_READLINK: {
      const auto a = rpc::decode<rpc::READLINK3args>(args);
      const auto id = a ? id_of(a->symlink) : std::nullopt;
      if (!id) return failed<rpc::READLINK3res>(rpc::NFS3ERR_STALE);
      rpc::READLINK3res res;
      res.resok.data = objects_[*id].content;
      return xdr(res);
    }
    case rpc::NFSPROC3_FSINFO: {
      rpc::FSINFO3res res;
      res.resok.rtmax = most_bytes;
      res.resok.dtpref = 4096;
      return xdr(res);
    }
    case rpc::NFSPROC3_FSSTAT: {
      rpc::FSSTAT3res res;
      res.resok.tbytes = 40960;
      return xdr(res);
    }
    default:
      return failed<rpc::GETATTR3res>(rpc::NFS3ERR_NOTSUPP);
  }
}

}  // namespace amd::nfsfs
