// SPDX-License-Identifier: BSD-3-Clause
// What each type asks of a location.

#include "maplang/eval/fs_types.h"

#include <strings.h>
#include <algorithm>

#include "maplang/eval/slashes.h"

namespace amd::maplang {
namespace {

constexpr std::string_view kTypes[] = {
    "nfs",   "link",   "nfsx",   "nfsl",    "host",  "linkx", "program",
    "union", "ufs",    "xfs",    "ext2",    "ext3",  "ext4",  "efs",
    "lofs",  "cdfs",   "pcfs",   "cachefs", "tmpfs", "udf",   "lustre",
    "auto",  "direct", "toplvl", "error"};

// Known words that no system amd2 runs on can carry out.
constexpr std::string_view kForeign[] = {"efs", "cachefs"};

constexpr std::string_view kNeedDevice[] = {
    "ufs", "xfs", "ext2", "ext3", "ext4", "cdfs", "pcfs", "tmpfs", "udf"};

template <class List>
bool holds(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// The directory that the sub-mounts are made in: `fs` without ",...".
void fit_nfsx(ResolvedLocation& location) {
  const std::string& rfs = location.rfs;
  const size_t comma = rfs.find(',');
  location.fs = strip_trailing_slashes(
      std::string_view(location.fs).substr(0, location.fs.find(',')));
  if (location.sublink.empty() && comma != std::string::npos && comma > 1) {
    location.sublink =
        normalize_slashes(location.fs + "/" + rfs.substr(0, comma));
  }
}

// A link if this machine is the server and the target is here, else nfs.
void fit_nfsl(ResolvedLocation& location, const HostFacts& host,
              const AnswerBook& answers) {
  location.resolved_type = "nfs";
  const char* server = location.rhost.c_str();
  const bool is_here = strcasecmp(server, host.host.c_str()) == 0 ||
                       strcasecmp(server, host.hostd.c_str()) == 0;
  if (!is_here) return;
  const Answer* answer =
      answers.find({Question::Kind::Exists, location.link_text(), ""});
  if (answer != nullptr && answer->truth) location.resolved_type = "link";
}

std::optional<std::string> fit_program(ResolvedLocation& location,
                                       const OptionValues& options,
                                       const HostFacts& host) {
  if (options[Option::Unmount] && options[Option::Umount]) {
    return "type:=program: both unmount and umount are given";
  }
  if (!location.mount) return "type:=program: needs mount:=";
  if (!location.unmount) {
    location.unmount = host.unmount_program + " umount " + location.fs;
  }
  return std::nullopt;
}

std::optional<std::string> fit_lustre(const ResolvedLocation& location) {
  std::string_view hosts = location.rhost;
  if (hosts.empty()) return "type:=lustre: rhost is empty";
  while (!hosts.empty()) {
    const size_t colon = hosts.find(':');
    const std::string_view one = hosts.substr(0, colon);
    if (!one.empty() && one.find('@') == std::string_view::npos) {
      return "type:=lustre: no @protocol in host " + std::string(one);
    }
    if (colon == std::string_view::npos) break;
    hosts.remove_prefix(colon + 1);
  }
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> all_fs_types() {
  return kTypes;
}

std::optional<std::string> fit_to_type(ResolvedLocation& location,
                                       const OptionValues& options,
                                       const HostFacts& host,
                                       const AnswerBook& answers) {
  const std::string& type = location.type;
  location.resolved_type = type;
  if (!options[Option::Type]) return "no type:= is given";
  if (!holds(kTypes, type)) return "type:=" + type + ": unknown type";
  if (holds(kForeign, type)) {
    return "type:=" + type + ": not on this operating system";
  }
  if (holds(kNeedDevice, type) && !location.dev) {
    return "type:=" + type + ": needs dev:=";
  }
  if (type == "nfsx") fit_nfsx(location);
  if (type == "nfsl") fit_nfsl(location, host, answers);
  if (type == "program") return fit_program(location, options, host);
  if (type == "lustre") return fit_lustre(location);
  return std::nullopt;
}

}  // namespace amd::maplang
