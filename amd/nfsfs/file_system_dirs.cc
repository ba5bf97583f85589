// SPDX-License-Identifier: BSD-3-Clause
// Directories: read whole from one replica, served with cookies of our own.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/nfsfs/file_system.h"
#include "amd/nfsfs/fuse_convert.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

namespace {

constexpr Seconds kFresh{1};  // a listing for a reader that begins
constexpr Seconds kKeepUnused{30};
constexpr size_t kMostEntries = 16 * 1000 * 1000;  // fits DirectoryOffset
constexpr int kMostTries = 20;  // readings of one directory for one request

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

// The place in a directory where a page ended.
struct Place {
  uint64_t cookie = 0;
  rpc::cookieverf3 verifier{};
  bool at_end = false;
};

// Takes over one page.  False: it makes no progress, and never would.
template <class Ok>
bool take_page(const Ok& ok, Place& place, Snapshot& snapshot) {
  if (ok.entries.empty() && !ok.eof) return false;
  for (const auto& e : ok.entries) {
    if (is_name(e.name)) {
      ListingEntry entry{std::string(e.name), e.fileid, {}, {}};
      if constexpr (requires { e.name_handle; }) {
        entry.attributes = e.name_attributes;
        entry.handle = e.name_handle;
      }
      snapshot.entries.push_back(std::move(entry));
    }
  }
  if (!ok.entries.empty()) {
    if (ok.entries.back().cookie == place.cookie) return false;
    place.cookie = ok.entries.back().cookie;
  }
  place.verifier = ok.cookieverf;
  place.at_end = ok.eof;
  return snapshot.entries.size() <= kMostEntries;
}

void append(std::string& out, std::string_view bytes) {
  out.append(bytes);
}

}  // namespace

Task<int> FileSystem::readdir(Request& request, Node& node) {
  const auto in = parse<fuse_read_in>(request.body);
  if (!in) co_return EINVAL;
  const int error = co_await ensure_listing(request, node, in->offset);
  if (error != 0)
    co_return error == ESTALE&& replicas_.size() > 1 ? EIO : error;
  const Snapshot* snapshot = nullptr;
  if (node.listing)
    snapshot = in->offset == 0
                   ? &*node.listing->now
                   : node.listing->at(DirectoryOffset::parse(in->offset));
  if (snapshot == nullptr) co_return EIO;
  co_return reply_entries(request, node, *snapshot, in->offset, in->size);
}

// A reader that begins gets a listing of just now; one that goes on gets what
// it began with, if that is still there.
Task<int> FileSystem::ensure_listing(Request& request, Node& node,
                                     uint64_t offset) {
  const Instant now = reactor_.now();
  if (node.listing && node.listing->now) {
    node.listing->used_at = now;
    const bool is_fresh =
        !options_.noac && now - node.listing->now->read_at < kFresh;
    if (offset != 0 || is_fresh) co_return 0;
  }
  const auto key = node.id;
  if (const auto it = loading_.find(key); it != loading_.end()) {
    Completion<int> done(reactor_);
    it->second.push_back(&done);
    const int error = co_await done;
    // Whoever loaded it may have been killed; that is no reason here.
    if (error != EINTR) co_return error;
    co_return co_await ensure_listing(request, node, offset);
  }
  loading_[key];
  const int error = co_await load_listing(request, node);
  const auto waiting = std::move(loading_[key]);
  loading_.erase(key);
  for (Completion<int>* w : waiting) w->set(error);
  co_return error;
}

Task<int> FileSystem::load_listing(Request& request, Node& node) {
  bool with_attributes = true;
  int error = EIO;
  for (int tries = 0; tries < kMostTries; ++tries) {
    Result<Snapshot> snapshot =
        co_await read_directory(request, node, with_attributes);
    if (snapshot) {
      if (!node.listing) node.listing = std::make_unique<Listing>();
      node.listing->replace(std::move(*snapshot));
      node.listing->used_at = reactor_.now();
      listed_.insert(node.id);
      listing_alarm_.set_at_latest(reactor_.now() + kKeepUnused);
      co_return 0;
    }
    error = errno_of(snapshot.error());
    if (error == EOPNOTSUPP && with_attributes)
      with_attributes = false;
    else if (error != EAGAIN)
      break;
  }
  co_return error == EAGAIN ? EIO : error;
}

// EAGAIN: the replica went away in the middle, or forgot its cookies; it must
// be read from its beginning.
Task<Result<Snapshot>> FileSystem::read_directory(Request& request, Node& node,
                                                  bool with_attributes) {
  Snapshot snapshot;
  Place place;
  std::optional<size_t> from;
  while (!place.at_end) {
    rpc::READDIRPLUS3res plus;
    rpc::READDIR3res plain;
    CallSpec spec = call_for(
        request, node,
        with_attributes ? rpc::NFSPROC3_READDIRPLUS : rpc::NFSPROC3_READDIR);
    spec.only = from;
    const uint32_t size = replicas_.directory_size();
    spec.args = [&](const rpc::nfs_fh3& handle) {
      if (with_attributes)
        return to_xdr(rpc::READDIRPLUS3args{handle, place.cookie,
                                            place.verifier, size, size});
      return to_xdr(
          rpc::READDIR3args{handle, place.cookie, place.verifier, size});
    };
    spec.judge = [&](const Answer& a) {
      const Verdict verdict =
          with_attributes ? decode_into(plus, a) : decode_into(plain, a);
      if (verdict.kind != Verdict::Kind::Good) return verdict;
      return see(node, a,
                 with_attributes ? plus.resok.dir_attributes
                                 : plain.resok.dir_attributes);
    };
    Result<Answer> answer = co_await replicas_.call(std::move(spec));
    if (!answer) {
      const rpc::nfsstat3 status = with_attributes ? plus.status : plain.status;
      if (status == rpc::NFS3ERR_BAD_COOKIE || status == rpc::NFS3ERR_NOT_SYNC)
        co_return fail(EAGAIN, "cookie");
      co_return pass(answer);
    }
    from = answer->replica;
    const bool moves = with_attributes
                           ? take_page(plus.resok, place, snapshot)
                           : take_page(plain.resok, place, snapshot);
    if (!moves) co_return fail(EIO, "a directory without end");
  }
  snapshot.replica = *from;
  snapshot.read_at = reactor_.now();
  co_return snapshot;
}

int FileSystem::reply_entries(Request& request, Node& node,
                              const Snapshot& snapshot, uint64_t offset,
                              size_t room) {
  const bool plus = request.opcode == FUSE_READDIRPLUS;
  std::string out;
  out.reserve(std::min<size_t>(room, 64 * 1024));
  std::vector<NodeId> entered;
  const size_t end = snapshot.entries.size() + 2;
  for (size_t i = DirectoryOffset::parse(offset).index; i < end; ++i)
    if (!append_entry(out, room, node, snapshot, i, plus, entered)) break;
  const bool taken = reply(request, out);
  for (const NodeId id : entered) {
    Node* child = nodes_.find(id);
    if (taken)
      nodes_.remember(*child);
    else
      nodes_.forget(id, 0);
  }
  return 0;
}

// What an old listing says of an object that is known must not undo what was
// seen of it since.
Node& FileSystem::enter_listed(Node& dir, const Snapshot& snapshot,
                               const ListingEntry& entry) {
  if (reactor_.now() - snapshot.read_at > kFresh) {
    Node* node = nodes_.find_child(dir, entry.name);
    const OnReplica* there =
        node == nullptr ? nullptr : node->find(snapshot.replica);
    if (there != nullptr && there->handle == *entry.handle) return *node;
  }
  return enter(dir, entry.name, snapshot.replica, *entry.handle,
               *entry.attributes);
}

// False: there is no room for it.
bool FileSystem::append_entry(std::string& out, size_t room, Node& dir,
                              const Snapshot& snapshot, size_t index, bool plus,
                              std::vector<NodeId>& entered) {
  fuse_dirent dirent{};
  std::string_view name = index == 0 ? "." : "..";
  const ListingEntry* entry = nullptr;
  if (index >= 2) {
    entry = &snapshot.entries[index - 2];
    name = entry->name;
    dirent.ino = entry->fileid;
  } else {
    const Node& self = index == 0 || dir.parent == nullptr ? dir : *dir.parent;
    dirent.ino = self.attributes.fileid;
    dirent.type = to_dirent_type(rpc::NF3DIR);
  }
  const size_t head = plus ? FUSE_NAME_OFFSET_DIRENTPLUS
                           : static_cast<size_t>(FUSE_NAME_OFFSET);
  const size_t size = FUSE_DIRENT_ALIGN(head + name.size());
  if (out.size() + size > room) return false;

  fuse_entry_out entry_out{};
  const Node* child = nullptr;
  if (entry != nullptr && entry->attributes) {
    dirent.type = to_dirent_type(entry->attributes->type);
    child = plus && entry->handle ? &enter_listed(dir, snapshot, *entry)
                                  : nodes_.find_child(dir, name);
  }
  if (child != nullptr) dirent.ino = child->attributes.fileid;
  if (plus && child != nullptr) {
    entry_out = entry_of(*child);
    entered.push_back(child->id);
  }
  dirent.namelen = static_cast<uint32_t>(name.size());
  dirent.off =
      DirectoryOffset{snapshot.number, static_cast<uint32_t>(index + 1)}
          .to_offset();
  const size_t start = out.size();
  if (plus) append(out, bytes_of(entry_out));
  append(out, bytes_of(dirent).substr(0, FUSE_NAME_OFFSET));
  append(out, name);
  out.resize(start + size, '\0');
  return true;
}

void FileSystem::drop_old_listings() {
  const Instant now = reactor_.now();
  std::erase_if(listed_, [&](NodeId id) {
    Node* node = nodes_.find(id);
    if (node == nullptr || !node->listing) return true;
    if (now - node->listing->used_at < kKeepUnused) return false;
    node->listing.reset();
    return true;
  });
  if (!listed_.empty()) listing_alarm_.set(now + kKeepUnused);
}

}  // namespace amd::nfsfs
