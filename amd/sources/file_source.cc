// SPDX-License-Identifier: BSD-3-Clause

#include "amd/sources/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/base/unique_fd.h"
#include "amd/sources/sun_lookup.h"
#include "maplang/eval/key_order.h"
#include "maplang/syntax/map_index.h"

namespace amd {
namespace {

// How often a file is looked at.
constexpr Seconds kCheckInterval{1};

// A file younger than this that is empty or stops in the middle of a line is
// taken for one that is being written.
constexpr Seconds kYoung{2};

WallTime modified_of(const struct stat& status) {
  auto since_epoch = Seconds(status.st_mtim.tv_sec) +
                     std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return WallTime(std::chrono::duration_cast<WallTime::duration>(since_epoch));
}

Result<std::string> read_all(int fd, size_t size_hint,
                             const std::string& path) {
  std::string text;
  text.resize(size_hint + 1);  // one more byte, to see the end at once
  size_t got = 0;
  for (;;) {
    ssize_t n = ::read(fd, text.data() + got, text.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(errno, "read " + path);
    if (n == 0) break;
    got += static_cast<size_t>(n);
    if (got > maplang::MapIndex::kMaxText) return fail(EFBIG, "read " + path);
    if (got == text.size()) text.resize(text.size() * 2);
  }
  text.resize(got);
  return text;
}

}  // namespace

// By what a change is noticed.
struct FileSource::Stamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  WallTime modified{};
  bool operator==(const Stamp&) const = default;

  static Stamp of(const struct stat& status) {
    return {status.st_dev, status.st_ino, status.st_size, modified_of(status)};
  }
};

struct FileSource::Contents {
  Contents(std::string t, Stamp s)
      : text(std::move(t)), stamp(s), index(text) {}
  std::string text;
  Stamp stamp;
  maplang::MapIndex index;  // of `text`
};

FileSource::FileSource(MapName name, std::string path, const Clock& clock,
                       Post post, MapSyntax syntax)
    : name_(std::move(name)),
      path_(std::move(path)),
      clock_(clock),
      post_(std::move(post)),
      syntax_(syntax) {
}

FileSource::~FileSource() = default;

void FileSource::start_lookup(const MapKey& key, LookupDone done) {
  post_([found = find(key), done = std::move(done)] { done(found); });
}

void FileSource::start_list(ListDone done) {
  refresh();
  Result<std::vector<std::string>> keys;
  if (contents_) {
    keys->reserve(contents_->index.size());
    contents_->index.for_each_key(
        [&](std::string_view key) { keys->emplace_back(key); });
  } else {
    keys = tl::unexpected(*error_);
  }
  post_([keys = std::move(keys), done = std::move(done)] { done(keys); });
}

void FileSource::reload() {
  checked_at_.reset();
  refresh();
}

MapInfo FileSource::info() const {
  MapInfo info;
  info.name = name_.str();
  info.type = "file";
  info.reloads = reloads_;
  info.error = error_;
  if (!contents_) return info;
  info.entries = contents_->index.size();
  info.modified = contents_->stamp.modified;
  if (auto wildcard = contents_->index.find("*")) {
    info.wildcard = wildcard->value;
  }
  return info;
}

Result<std::optional<MapEntryText>> FileSource::find(const MapKey& key) {
  refresh();
  if (!contents_) return tl::unexpected(*error_);
  if (syntax_ == MapSyntax::Sun) {
    return find_in_sun_map(contents_->index, path_, key.str(),
                           [this](const maplang::Diagnostic& d) {
                             log::user("{}: {}",
                                       maplang::to_text(path_, d.range.begin),
                                       escape(d.message));
                           });
  }
  for (const std::string& candidate : maplang::key_order(key.str())) {
    if (auto line = contents_->index.find(candidate)) {
      bool is_checked = contents_->text.size() <= MapCheck::kMaxBytes;
      return MapEntryText{std::string(line->value), line->origin(path_),
                          candidate, is_checked};
    }
  }
  return std::nullopt;
}

// Reads the file again when it has changed.
void FileSource::refresh() {
  Instant now = clock_.now();
  if (checked_at_ && now < *checked_at_ + kCheckInterval) return;
  checked_at_ = now;
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0 && contents_ && !error_ &&
      contents_->stamp == Stamp::of(status)) {
    return;
  }
  Result<std::unique_ptr<Contents>> fresh = read();
  if (!fresh) return note_failure(fresh.error());
  check_.reset();
  contents_ = std::move(*fresh);
  ++reloads_;
  error_.reset();
  log::info(
      "{} of map {} succeeded: {} keys",
      reloads_ == 1 ? "first time load" : fmt::format("reload #{}", reloads_),
      escape(name_.str()), contents_->index.size());
  if (syntax_ == MapSyntax::Sun || contents_->text.size() > MapCheck::kMaxBytes)
    return;
  check_ = std::make_unique<MapCheck>(path_, contents_->text);
  check_later();
}

void FileSource::check_later() {
  // A check that is replaced meanwhile is continued by two chains of tasks;
  // both end with it.
  post_([this] {
    if (!check_) return;
    if (check_->check_some()) return check_later();
    check_.reset();
  });
}

Result<std::unique_ptr<FileSource::Contents>> FileSource::read() const {
  // Without O_NONBLOCK a fifo would hold up the daemon.
  UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd && (errno == ENOENT || errno == ENOTDIR)) {
    return fail(Errc::MapNotFound, path_);
  }
  if (!fd) return fail(errno, "open " + path_);
  struct stat before {};
  struct stat after {};
  if (::fstat(fd.get(), &before) != 0) return fail(errno, "stat " + path_);
  if (S_ISDIR(before.st_mode)) return fail(EISDIR, path_);
  if (!S_ISREG(before.st_mode)) return fail(EINVAL, path_ + " is no file");

  auto text = read_all(fd.get(), static_cast<size_t>(before.st_size), path_);
  if (!text) return pass(text);
  if (::fstat(fd.get(), &after) != 0) return fail(errno, "stat " + path_);
  Stamp stamp = Stamp::of(after);
  bool is_young = clock_.wall_now() - stamp.modified < kYoung;
  bool is_whole = !text->empty() && text->back() == '\n';
  bool is_moving = !(stamp == Stamp::of(before)) || (is_young && !is_whole);
  if (is_moving && contents_) return fail(EAGAIN, path_ + " is being written");
  return std::make_unique<Contents>(std::move(*text), stamp);
}

void FileSource::note_failure(Error error) {
  bool is_news = !error_ || error_->code != error.code;
  error_ = std::move(error);
  if (!is_news || error_->code.value() == EAGAIN) return;
  log::warning("map {}: {}{}", escape(name_.str()), error_->message(),
               contents_ ? "; its old contents stay in force" : "");
}

}  // namespace amd
