// SPDX-License-Identifier: BSD-3-Clause
// The strings of `opts:=`: comma separated words, some with a value.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace amd::maplang {

// Reads one option string.  The first word with a name counts.
class MountOptions {
 public:
  explicit MountOptions(std::string_view text);

  bool has(std::string_view name) const;

  // What stands after `name=`; nothing if the word is missing or has no `=`.
  std::optional<std::string_view> text_of(std::string_view name) const;

  // A number in C notation (decimal, 0 octal, 0x hexadecimal).  Nothing if the
  // word is missing or holds no such number; find_bad_number() tells which.
  std::optional<long> number_of(std::string_view name) const;
  bool is_bad_number(std::string_view name) const;

  // All words in order, as written.
  const std::vector<std::string_view>& words() const { return words_; }

 private:
  std::vector<std::string_view> words_;  // of the text handed in
};

// The options that amd itself acts on, whatever the type.
struct PseudoOptions {
  std::optional<int> ping_seconds;     // < 0: the server counts as up for ever
  std::optional<int> timeout_seconds;  // utimeout: of an idle node
  int retries = 0;                     // retry=N attempts; 0: not given
  bool unmount = false;                // the node may time out
  bool nounmount = false;              // it never does; beats `unmount`
  bool browsable = false;
  bool fully_browsable = false;
  bool web_nfs = false;  // `public`
  std::optional<int> port;
  std::optional<int> mount_port;
  std::optional<int> version;           // vers=
  std::optional<std::string> protocol;  // proto=udp or tcp; others ignored
};

PseudoOptions pseudo_options(std::string_view opts);

// `opts` with `addopts` merged in: words whose name or reverse (ro/rw, bg/fg,
// soft/hard, noX/X) stands in `addopts` go, then `addopts` is appended.
std::string merge_options(std::string_view opts, std::string_view addopts);

}  // namespace amd::maplang
