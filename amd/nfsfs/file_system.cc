// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/file_system.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/nfsfs/fuse_convert.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

namespace {

constexpr Milliseconds kInterruptLook{50};
constexpr const char* kReadAheadKb = "4096";
constexpr uint64_t kWantedFlags =
    FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_AUTO_INVAL_DATA |
    FUSE_DO_READDIRPLUS | FUSE_NO_OPEN_SUPPORT | FUSE_PARALLEL_DIROPS |
    FUSE_MAX_PAGES | FUSE_CACHE_SYMLINKS | FUSE_NO_OPENDIR_SUPPORT |
    FUSE_INIT_EXT | kFuseHasResend;

// What a read-only file system has no other answer for.
bool is_writing(uint32_t opcode) {
  switch (opcode) {
    case FUSE_SETATTR:
    case FUSE_SYMLINK:
    case FUSE_MKNOD:
    case FUSE_MKDIR:
    case FUSE_UNLINK:
    case FUSE_RMDIR:
    case FUSE_RENAME:
    case FUSE_RENAME2:
    case FUSE_LINK:
    case FUSE_WRITE:
    case FUSE_CREATE:
    case FUSE_TMPFILE:
    case FUSE_FALLOCATE:
      return true;
    default:
      return false;
  }
}

}  // namespace

FileSystem::FileSystem(const EngineParts& parts, AttachRequest request,
                       const MountOptions& options,
                       const SamenessPolicy& policy, FileSystemFds fds,
                       FileSystemEvents events)
    : reactor_(parts.reactor),
      callers_(parts.callers),
      request_(std::move(request)),
      options_(options),
      events_(std::move(events)),
      log_(std::move(fds.log)),
      nodes_(policy, log_ ? &*log_ : nullptr),
      interrupt_alarm_(parts.reactor, [this] { look_at_interrupted(); }),
      listing_alarm_(parts.reactor, [this] { drop_old_listings(); }),
      replicas_(parts.reactor, parts.pool, nodes_, request_, options_,
                events_.attached),
      channel_(std::make_unique<FuseChannel>(parts.reactor, std::move(fds.fuse),
                                             *this)) {
  if (fds.is_taken_over) ask_again();
}

// What the engine had read in its last life and not answered.
void FileSystem::ask_again() {
  const int e = channel_->notify(kFuseNotifyResend, "");
  if (e == 0) return;
  log::error(
      "{}: this kernel does not send requests again ({}): who waited for the "
      "engine when it died goes on waiting until he is killed",
      escape(request_.target), std::strerror(e));
}

FileSystem::~FileSystem() = default;

void FileSystem::close() {
  closing_ = true;
  interrupt_alarm_.clear();
  listing_alarm_.clear();
  replicas_.close();
}

void FileSystem::on_unmounted() {
  log::debug("{}: unmounted", escape(request_.target));
  if (events_.unmounted) reactor_.post(events_.unmounted);
}

void FileSystem::on_request(const fuse_in_header& header,
                            std::string_view body) {
  if (take_at_once(header, body)) return;
  auto request = std::make_unique<Request>();
  request->unique = header.unique;
  request->opcode = header.opcode;
  request->node = NodeId{header.nodeid};
  request->uid = header.uid;
  request->gid = header.gid;
  request->pid = static_cast<pid_t>(header.pid);
  request->body = body;
  request->arrived = reactor_.now();
  ++served_;
  auto [it, is_new] = requests_.try_emplace(header.unique, std::move(request));
  if (is_new) spawn(serve(*it->second));
}

// What needs no server.
bool FileSystem::take_at_once(const fuse_in_header& header,
                              std::string_view body) {
  switch (header.opcode) {
    case FUSE_INIT:
      init(header.unique, body);
      return true;
    case FUSE_DESTROY:
      channel_->reply(header.unique, "");
      return true;
    case FUSE_FORGET:
      if (const auto in = parse<fuse_forget_in>(body))
        nodes_.forget(NodeId{header.nodeid}, in->nlookup);
      return true;
    case FUSE_BATCH_FORGET:
      forget_many(body);
      return true;
    case FUSE_INTERRUPT:
      if (const auto in = parse<fuse_interrupt_in>(body)) interrupt(in->unique);
      return true;
    default:
      if (!closing_) return false;
      channel_->reply_error(header.unique, ENODEV);
      return true;
  }
}

void FileSystem::init(uint64_t unique, std::string_view body) {
  // Kernels before 7.36 send no flags2: what is missing is zero.
  fuse_init_in in{};
  std::memcpy(&in, body.data(), std::min(body.size(), sizeof in));
  fuse_init_out out{};
  out.major = FUSE_KERNEL_VERSION;
  out.minor = FUSE_KERNEL_MINOR_VERSION;
  if (in.major > FUSE_KERNEL_VERSION) {  // it asks again, our way
    channel_->reply(unique, bytes_of(out));
    return;
  }
  if (in.major < FUSE_KERNEL_VERSION || in.minor < 31) {
    log::error("{}: the kernel speaks FUSE {}.{}, needed is 7.31",
               escape(request_.target), in.major, in.minor);
    return channel_->reply_error(unique, EPROTO);
  }
  uint64_t offered = in.flags;
  if ((in.flags & FUSE_INIT_EXT) != 0) offered |= uint64_t{in.flags2} << 32;
  const uint64_t flags = offered & kWantedFlags;
  out.flags = static_cast<uint32_t>(flags);
  out.flags2 = static_cast<uint32_t>(flags >> 32);
  out.max_readahead = in.max_readahead;
  out.max_background = 64;
  out.congestion_threshold = 48;
  out.max_write = kFuseMaxWrite;
  out.time_gran = 1;
  out.max_pages = kFuseMaxPages;
  channel_->reply(unique, bytes_of(out));
  set_read_ahead();
}

// FUSE's read-ahead is 128 kB until somebody says more here.
void FileSystem::set_read_ahead() {
  const std::string& device = request_.device;
  if (device.empty() ||
      device.find_first_not_of("0123456789:") != std::string::npos)
    return;
  const std::string path = "/sys/class/bdi/" + device + "/read_ahead_kb";
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), kReadAheadKb, std::strlen(kReadAheadKb)) < 0)
    log::debug("{}: {}: {}", escape(request_.target), path,
               std::strerror(errno));
}

void FileSystem::forget_many(std::string_view body) {
  const auto in = parse<fuse_batch_forget_in>(body);
  if (!in) return;
  body.remove_prefix(sizeof *in);
  for (uint32_t i = 0; i < in->count; ++i) {
    const auto one = parse<fuse_forget_one>(body);
    if (!one) return;
    nodes_.forget(NodeId{one->nodeid}, one->nlookup);
    body.remove_prefix(sizeof *one);
  }
}

// Any signal makes the kernel ask, also one that the process will handle and go
// on: an EINTR from stat(2) is nothing that programs expect.  So only a process
// that is about to die is answered, or one that waits for dead servers on an
// `intr` mount.
void FileSystem::interrupt(uint64_t unique) {
  const auto it = requests_.find(unique);
  if (it == requests_.end() || it->second->is_answered) return;
  if (end_if_dying(*it->second)) return;
  interrupted_.insert(unique);
  interrupt_alarm_.set_at_latest(reactor_.now() + kInterruptLook);
}

bool FileSystem::end_if_dying(Request& request) {
  const auto status = read_process_status(request.pid);
  const bool waits_in_vain = options_.intr && replicas_.is_stuck();
  if (status && !status->is_dying() && !waits_in_vain) return false;
  request.is_answered = true;
  channel_->reply_error(request.unique, EINTR);
  replicas_.cancel(request.unique);
  return true;
}

void FileSystem::look_at_interrupted() {
  std::erase_if(interrupted_, [this](uint64_t unique) {
    const auto it = requests_.find(unique);
    return it == requests_.end() || it->second->is_answered ||
           end_if_dying(*it->second);
  });
  if (!interrupted_.empty())
    interrupt_alarm_.set(reactor_.now() + kInterruptLook);
}

Task<void> FileSystem::serve(Request& request) {
  const uint64_t unique = request.unique;
  int error = ENOSYS;
  if (is_writing(request.opcode)) {
    error = EROFS;
  } else if (Node* node = nodes_.find(request.node)) {
    const NodePin pin(nodes_, *node);
    error = co_await serve_node(request, *node);
  } else {
    error = ESTALE;
  }
  if (error != 0 && !request.is_answered) channel_->reply_error(unique, error);
  requests_.erase(unique);
}

// The errno to answer with; 0: it was answered.
Task<int> FileSystem::serve_node(Request& request, Node& node) {
  switch (request.opcode) {
    case FUSE_LOOKUP:
      return lookup(request, node);
    case FUSE_GETATTR:
      return getattr(request, node);
    case FUSE_READLINK:
      return readlink(request, node);
    case FUSE_READ:
      return read(request, node);
    case FUSE_STATFS:
      return statfs(request, nodes_.root());
    case FUSE_ACCESS:
      return access(request, node);
    case FUSE_READDIR:
    case FUSE_READDIRPLUS:
      return readdir(request, node);
    default:
      // For OPEN and OPENDIR this means: do not ask again, keep caches.
      return not_supported();
  }
}

CallSpec FileSystem::call_for(Request& request, Node& node, uint32_t proc) {
  CallSpec spec;
  spec.node = &node;
  spec.proc = proc;
  spec.credential = callers_.credential(request.uid, request.gid, request.pid,
                                        request.arrived);
  spec.request = request.unique;
  if (options_.soft) spec.deadline = request.arrived + options_.patience();
  return spec;
}

Verdict FileSystem::see(Node& node, const Answer& answer,
                        const rpc::post_op_attr& attributes) {
  Verdict verdict;
  if (attributes && nodes_.see(node, answer.replica, *attributes,
                               &verdict.why) == Seen::Differs)
    verdict.kind = Verdict::Kind::Differs;
  return verdict;
}

bool FileSystem::reply(Request& request, std::string_view body) {
  if (request.is_answered) return false;
  request.is_answered = true;
  return channel_->reply(request.unique, body);
}

// NFS's rule: a tenth of the object's age, within bounds.
Duration FileSystem::attribute_time(const rpc::fattr3& attributes) const {
  const bool is_dir = attributes.type == rpc::NF3DIR;
  const Seconds least = is_dir ? options_.acdirmin : options_.acregmin;
  const Seconds most = is_dir ? options_.acdirmax : options_.acregmax;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Seconds age = std::chrono::duration_cast<Seconds>(now) -
                      Seconds(attributes.mtime.seconds);
  return std::clamp(age / 10, least, std::max(least, most));
}

fuse_attr FileSystem::attr_of(const Node& node) const {
  return to_fuse_attr(node.attributes, options_.rsize);
}

fuse_entry_out FileSystem::entry_of(const Node& node) const {
  fuse_entry_out out{};
  out.nodeid = static_cast<uint64_t>(node.id);
  const FuseTime valid(attribute_time(node.attributes));
  out.entry_valid = out.attr_valid = valid.seconds;
  out.entry_valid_nsec = out.attr_valid_nsec = valid.nanoseconds;
  out.attr = attr_of(node);
  return out;
}

EngineMountStatus FileSystem::status() const {
  EngineMountStatus status = replicas_.status();
  status.id = request_.id;
  status.counters["requests"] = served_;
  status.counters["bytes"] = bytes_read_;
  return status;
}

}  // namespace amd::nfsfs
