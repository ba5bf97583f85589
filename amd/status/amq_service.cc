// SPDX-License-Identifier: BSD-3-Clause
#include "amd/status/amq_service.h"

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/rpc/amq_protocol.h"
#include "amd/status/amq_views.h"
#include "amd/status/status_json.h"

namespace amd {

namespace {

using rpc::AmqProc;
using rpc::Caller;
using rpc::Privilege;
using rpc::ServiceReply;

rpc::Procedure procedure(uint32_t number, std::string_view name,
                         Privilege privilege, rpc::Handler handler) {
  return {number, name, privilege, std::move(handler)};
}

// A handler without arguments: bytes after the header are garbage.
rpc::Handler without_arguments(std::function<void(ServiceReply)> act) {
  return [act = std::move(act)](const Caller&, std::string_view args,
                                ServiceReply reply) {
    if (!args.empty()) return reply.reject(rpc::GARBAGE_ARGS);
    act(std::move(reply));
  };
}

// A handler of one string.
rpc::Handler with_text(
    std::function<void(const std::string&, ServiceReply)> act) {
  return [act = std::move(act)](const Caller&, std::string_view args,
                                ServiceReply reply) {
    const auto text = rpc::decode<rpc::AmqText>(args);
    if (!text) return reply.reject(rpc::GARBAGE_ARGS);
    act(text->text, std::move(reply));
  };
}

// Keeps a reply until an operation that was started has ended.
template <class Act>
void answer_later(ServiceReply reply, Act act) {
  // std::function must be copyable, the reply is not.
  act(std::make_shared<ServiceReply>(std::move(reply)));
}

// SETOPT's arguments.  The old daemon answers, and does not reject, an option
// that it does not know: nothing, then.
Result<std::optional<rpc::AmqSetopt>> decode_setopt(std::string_view args) {
  rpc::XdrReader in(args);
  if (in.u32() <= static_cast<uint32_t>(rpc::AmqOption::Flush))
    return rpc::decode<rpc::AmqSetopt>(args);
  if (const auto text = rpc::decode<rpc::AmqText>(in.rest()); !text)
    return pass(text);
  return std::nullopt;
}

int32_t set_option(StatusSource& source, const rpc::AmqSetopt& option) {
  switch (option.option) {
    case rpc::AmqOption::Debug:
      return EINVAL;  // there are no debug options to be changed at run time
    case rpc::AmqOption::Logfile:
      return source.reopen_log(option.text) ? 0 : EACCES;
    case rpc::AmqOption::Xlog:
      return source.set_log_options(option.text) ? 0 : EINVAL;
    case rpc::AmqOption::Flush:
      log::info("amq says flush cache");
      source.flush();
      return 0;
  }
  return EINVAL;
}

rpc::AmqSyncUmnt sync_result(const Result<void>& result) {
  rpc::AmqSyncUmnt answer;
  if (result) return answer;
  answer.error = errno_of(result.error());
  if (result.error().code == Errc::ServerDown) {
    answer.status = rpc::AmqUmntStatus::Server;
    return answer;
  }
  // The old daemon says FORK with 0 for a path that it does not know.
  answer.status = answer.error == ENOENT ? rpc::AmqUmntStatus::Fork
                                         : rpc::AmqUmntStatus::Failed;
  if (answer.error == ENOENT) answer.error = 0;
  return answer;
}

std::vector<rpc::Procedure> readers(StatusSource& source) {
  const auto number = [](AmqProc p) { return static_cast<uint32_t>(p); };
  return {
      procedure(number(AmqProc::MntTree), "MNTTREE", Privilege::Local,
                with_text([&source](const std::string& path, ServiceReply r) {
                  r.send_message(
                      tree_of(source.report(), path).value_or(rpc::AmqTree{}));
                })),
      procedure(number(AmqProc::Stats), "STATS", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  r.send_message(stats_of(source.report()));
                })),
      procedure(number(AmqProc::Export), "EXPORT", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  rpc::AmqExport all;
                  all.trees.push_back(*tree_of(source.report(), ""));
                  r.send_message(all);
                })),
      procedure(number(AmqProc::GetMntFs), "GETMNTFS", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  r.send_message(mounts_of(source.report()));
                })),
      procedure(number(AmqProc::GetVers), "GETVERS", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  r.send_message(rpc::AmqText{source.version_text()});
                })),
      procedure(number(AmqProc::GetPid), "GETPID", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  r.send_message(rpc::AmqInt{source.report().pid});
                })),
      procedure(number(AmqProc::Pawd), "PAWD", Privilege::Local,
                with_text([&source](const std::string& dir, ServiceReply r) {
                  r.send_message(
                      rpc::AmqText{user_path_of(source.report(), dir)});
                })),
      procedure(number(AmqProc::GetMapInfo), "GETMAPINFO", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  r.send_message(maps_of(source.report()));
                }))};
}

std::vector<rpc::Procedure> changers(StatusSource& source) {
  const auto number = [](AmqProc p) { return static_cast<uint32_t>(p); };
  return {
      procedure(number(AmqProc::Umnt), "UMNT", Privilege::Owner,
                with_text([&source](const std::string& path, ServiceReply r) {
                  r.send("");
                  log::info("\"{}\" forcibly timed out", escape(path));
                  source.start_unmount(path, [path](const Result<void>& done) {
                    if (!done)
                      log::info("\"{}\": {}", escape(path),
                                done.error().message());
                  });
                })),
      procedure(
          number(AmqProc::SetOpt), "SETOPT", Privilege::Owner,
          [&source](const Caller&, std::string_view args, ServiceReply r) {
            const auto option = decode_setopt(args);
            if (!option) return r.reject(rpc::GARBAGE_ARGS);
            r.send_message(
                rpc::AmqInt{*option ? set_option(source, **option) : EINVAL});
          }),
      procedure(number(AmqProc::SyncUmnt), "SYNC_UMNT", Privilege::Owner,
                with_text([&source](const std::string& path, ServiceReply r) {
                  answer_later(std::move(r), [&](auto kept) {
                    source.start_unmount(
                        path, [kept](const Result<void>& done) {
                          kept->send_message(sync_result(done));
                        });
                  });
                }))};
}

std::vector<rpc::Procedure> version2(StatusSource& source) {
  const auto number = [](rpc::AmqProc2 p) { return static_cast<uint32_t>(p); };
  return {
      procedure(number(rpc::AmqProc2::Json), "JSON", Privilege::Local,
                without_arguments([&source](ServiceReply r) {
                  answer_later(std::move(r), [&](auto kept) {
                    source.start_report([kept](const StatusReport& report) {
                      kept->send_message(rpc::AmqJson{status_json(report)});
                    });
                  });
                })),
      procedure(number(rpc::AmqProc2::Drain), "DRAIN", Privilege::Owner,
                with_text([&source](const std::string& name, ServiceReply r) {
                  answer_later(std::move(r), [&](auto kept) {
                    source.start_drain(name, [kept](const Result<void>& done) {
                      kept->send_message(
                          rpc::AmqInt{done ? 0 : errno_of(done.error())});
                    });
                  });
                }))};
}

}  // namespace

void add_amq_service(rpc::Dispatcher& dispatcher, uint32_t program,
                     StatusSource& source) {
  std::vector<rpc::Procedure> version1 = readers(source);
  for (rpc::Procedure& p : changers(source)) version1.push_back(std::move(p));
  dispatcher.add(program, rpc::kAmqVersion, std::move(version1));
  dispatcher.add(program, rpc::kAmqVersion2, version2(source));
}

}  // namespace amd
