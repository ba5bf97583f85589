// SPDX-License-Identifier: BSD-3-Clause
// A daemon for the status service to ask: shows what the test gives it, records
// what it is told, and ends operations when the test says so.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "amd/status/status_source.h"

namespace amd::test {

// A daemon of 1000 seconds with one of everything:
//
//   /n        (map /etc/amd.n)
//     one     link to /tmp
//     lf      /usr, mounted in place
//     files   srv1:/share or srv2:/share, mounted in place
//     sub     srv1:/home on /a/srv1/home, the name leads to ann in it
//     deep    an automount point, with x, a link to /var
//     bad     srv2:/x, which timed out
//   /m        (map /etc/amd.m), without names
StatusReport sample_status();

class FakeStatus : public StatusSource {
 public:
  StatusReport shown = sample_status();
  std::vector<std::string> told;  // "flush", "unmount /n/one" ...
  // What operations end with; none end before release() when `holds`.
  Result<void> result{};
  bool holds = false;
  std::vector<Done> held;

  void release() {
    for (Done& done : std::exchange(held, {})) done(result);
  }

  StatusReport report() const override { return shown; }
  void start_report(ReportDone done) override { done(shown); }
  std::string version_text() const override { return "version\ntext\n"; }
  void flush() override { told.push_back("flush"); }
  void start_unmount(const std::string& path, Done done) override {
    start("unmount " + path, std::move(done));
  }
  void start_drain(const std::string& server, Done done) override {
    start("drain " + server, std::move(done));
  }
  Result<void> set_log_options(const std::string& options) override {
    told.push_back("log options " + options);
    return result;
  }
  Result<void> reopen_log(const std::string& file) override {
    told.push_back("log file " + file);
    return result;
  }

 private:
  void start(std::string what, Done done) {
    told.push_back(std::move(what));
    if (holds)
      held.push_back(std::move(done));
    else
      done(result);
  }
};

}  // namespace amd::test
