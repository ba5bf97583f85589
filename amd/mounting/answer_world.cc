// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/answer_world.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "amd/helpers/wire.h"

namespace amd {

namespace {

// Together less than kMaxHelperMessage.
constexpr std::uint32_t kMaxTexts = 100;
constexpr size_t kMaxText = 256;

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

// Null and `error` when there is none.
AddressList look_up(const std::string& host, int flags, int& error) {
  addrinfo hints{};
  hints.ai_flags = flags;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  return {list, &::freeaddrinfo};
}

// Of a getaddrinfo error: 0 when it says that there is no such name.
int errno_of_lookup(int error) {
  switch (error) {
    case EAI_NONAME:
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
      return 0;
    case EAI_AGAIN:
      return EAGAIN;
    case EAI_SYSTEM:
      return errno != 0 ? errno : EIO;
    default:
      return EIO;
  }
}

void add_once(std::vector<std::string>& texts, const char* text) {
  if (text == nullptr || *text == '\0' || texts.size() >= kMaxTexts) return;
  if (std::find(texts.begin(), texts.end(), text) == texts.end())
    texts.emplace_back(text);
}

Result<WorldAnswer> host_addresses(const std::string& host) {
  int error = 0;
  const AddressList list = look_up(host, 0, error);
  if (error != 0 && errno_of_lookup(error) != 0)
    return fail(errno_of_lookup(error), "look up " + host);
  WorldAnswer answer;
  for (const addrinfo* a = list.get(); a != nullptr; a = a->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(a->ai_addr, a->ai_addrlen, text.data(), text.size(),
                      nullptr, 0, NI_NUMERICHOST) == 0)
      add_once(answer.texts, text.data());
  }
  answer.truth = !answer.texts.empty();
  return answer;
}

// gethostbyname, because only it knows aliases.
Result<WorldAnswer> host_names(const std::string& host) {
  hostent entry{};
  hostent* found = nullptr;
  std::array<char, 16384> buffer{};
  int error = 0;
  for (const int family : {AF_INET, AF_INET6}) {
    if (::gethostbyname2_r(host.c_str(), family, &entry, buffer.data(),
                           buffer.size(), &found, &error) == 0 &&
        found != nullptr)
      break;
  }
  WorldAnswer answer;
  if (found == nullptr) {
    if (error == TRY_AGAIN) return fail(EAGAIN, "look up " + host);
    return answer;
  }
  add_once(answer.texts, found->h_name);
  for (char** alias = found->h_aliases; *alias != nullptr; ++alias)
    add_once(answer.texts, *alias);
  answer.truth = true;
  return answer;
}

}  // namespace

Result<WorldAnswer> answer_world(const WorldQuestion& question) {
  struct stat status {};
  switch (question.kind) {
    case WorldQuestion::Kind::Exists:
      return WorldAnswer{::lstat(question.argument.c_str(), &status) == 0, {}};
    case WorldQuestion::Kind::Netgroup:
      return WorldAnswer{
          ::innetgr(question.argument.c_str(), question.argument2.c_str(),
                    nullptr, nullptr) == 1,
          {}};
    case WorldQuestion::Kind::HostNames:
      return host_names(question.argument);
    case WorldQuestion::Kind::HostAddresses:
      return host_addresses(question.argument);
  }
  return fail(EINVAL, "a question of an unknown kind");
}

std::string encode(const WorldQuestion& question) {
  WireWriter out;
  out.number(static_cast<std::uint8_t>(question.kind))
      .text(question.argument)
      .text(question.argument2);
  return out.take();
}

Result<WorldQuestion> decode_question(std::string_view bytes) {
  WireReader in(bytes);
  const auto kind = in.number<std::uint8_t>();
  WorldQuestion q;
  q.kind = static_cast<WorldQuestion::Kind>(kind);
  q.argument = in.text();
  q.argument2 = in.text();
  const auto last =
      static_cast<std::uint8_t>(WorldQuestion::Kind::HostAddresses);
  if (!in.is_complete() || kind > last)
    return fail(Errc::Protocol, "a question for amd-asker");
  return q;
}

std::string encode(const Result<WorldAnswer>& answer) {
  WireWriter out;
  out.number(
      static_cast<std::int32_t>(answer ? 0 : answer.error().code.value()));
  out.text(answer ? std::string() : answer.error().context);
  out.number(static_cast<std::uint8_t>(answer && answer->truth));
  const size_t n =
      answer ? std::min<size_t>(answer->texts.size(), kMaxTexts) : 0;
  out.number(static_cast<std::uint32_t>(n));
  for (size_t i = 0; i < n; ++i) out.text(answer->texts[i].substr(0, kMaxText));
  return out.take();
}

Result<WorldAnswer> decode_answer(std::string_view bytes) {
  WireReader in(bytes);
  const auto error = in.number<std::int32_t>();
  const std::string context(in.text());
  WorldAnswer answer;
  answer.truth = in.number<std::uint8_t>() != 0;
  const auto n = in.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && i < kMaxTexts && in.ok(); ++i)
    answer.texts.emplace_back(in.text());
  if (!in.is_complete()) return fail(Errc::Protocol, "an answer of amd-asker");
  if (error != 0) return fail(error, context);
  return answer;
}

}  // namespace amd
