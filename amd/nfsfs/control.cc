// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/control.h"

#include <nlohmann/json.hpp>

namespace amd {

namespace {

using Json = nlohmann::json;

// JSON has text only; paths and handles are bytes.
std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    text += digits[b >> 4];
    text += digits[b & 15];
  }
  return text;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  throw std::invalid_argument("a hexadecimal digit");
}

std::string from_hex(const std::string& text) {
  if (text.size() % 2 != 0) throw std::invalid_argument("hexadecimal text");
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2)
    bytes += static_cast<char>(digit_of(text[i]) * 16 + digit_of(text[i + 1]));
  return bytes;
}

Json json_of(const NfsReplica& r) {
  return {{"server", r.server},       {"path", to_hex(r.path)},
          {"address", r.address},     {"port", r.port},
          {"mountport", r.mountport}, {"root_handle", to_hex(r.root_handle)}};
}

NfsReplica replica_of(const Json& j) {
  NfsReplica r;
  r.server = j.at("server").get<std::string>();
  r.path = from_hex(j.at("path").get<std::string>());
  r.address = j.at("address").get<std::string>();
  r.port = j.at("port").get<std::uint16_t>();
  r.mountport = j.at("mountport").get<std::uint16_t>();
  r.root_handle = from_hex(j.at("root_handle").get<std::string>());
  if (r.root_handle.size() > 64) throw std::invalid_argument("a file handle");
  return r;
}

Json json_of(const FailoverSettings& s) {
  return {{"silence_ms", s.silence.count()},
          {"ping_ms", s.ping_every.count()},
          {"return_ms", s.return_after.count()},
          {"hedge", s.hedge},
          {"verify", s.verify}};
}

Milliseconds ms_of(const Json& j, const char* key) {
  const auto n = j.at(key).get<std::int64_t>();
  if (n < 1 || n > 86400000) throw std::invalid_argument(key);
  return Milliseconds(n);
}

FailoverSettings settings_of(const Json& j) {
  FailoverSettings s;
  s.silence = ms_of(j, "silence_ms");
  s.ping_every = ms_of(j, "ping_ms");
  s.return_after = ms_of(j, "return_ms");
  s.hedge = j.at("hedge").get<bool>();
  s.verify = j.at("verify").get<std::string>();
  return s;
}

Json json_of(const AttachRequest& a) {
  Json replicas = Json::array();
  for (const NfsReplica& r : a.replicas) replicas.push_back(json_of(r));
  return {{"id", a.id},           {"target", to_hex(a.target)},
          {"device", a.device},   {"replicas", replicas},
          {"options", a.options}, {"settings", json_of(a.settings)}};
}

AttachRequest attach_of(const Json& j) {
  AttachRequest a;
  a.id = j.at("id").get<std::string>();
  a.target = from_hex(j.at("target").get<std::string>());
  a.device = j.at("device").get<std::string>();
  for (const Json& r : j.at("replicas")) a.replicas.push_back(replica_of(r));
  a.options = j.at("options").get<std::string>();
  a.settings = settings_of(j.at("settings"));
  if (a.id.empty() || a.replicas.empty() || a.replicas.size() > 64)
    throw std::invalid_argument("attach without id or replicas");
  return a;
}

Json json_of(const EngineServerStatus& s) {
  return {{"name", s.name},
          {"address", s.address},
          {"state", s.state},
          {"counters", s.counters}};
}

EngineServerStatus server_of(const Json& j) {
  EngineServerStatus s;
  s.name = j.at("name").get<std::string>();
  s.address = j.at("address").get<std::string>();
  s.state = j.at("state").get<std::string>();
  j.at("counters").get_to(s.counters);
  return s;
}

Json json_of(const EngineMountStatus& m) {
  return {{"id", m.id},
          {"target", m.target},
          {"active", m.active},
          {"replicas", m.replicas},
          {"failovers", m.failovers},
          {"counters", m.counters}};
}

EngineMountStatus mount_of(const Json& j) {
  EngineMountStatus m;
  m.id = j.at("id").get<std::string>();
  m.target = j.at("target").get<std::string>();
  m.active = j.at("active").get<std::string>();
  j.at("replicas").get_to(m.replicas);
  j.at("failovers").get_to(m.failovers);
  j.at("counters").get_to(m.counters);
  return m;
}

ControlMessage message_of(const Json& j) {
  ControlMessage m;
  m.seq = j.at("seq").get<std::uint64_t>();
  m.kind = j.at("kind").get<std::string>();
  m.name = j.value("name", std::string());
  m.error = j.value("error", 0);
  m.text = j.value("text", std::string());
  if (j.contains("attach")) m.attach = attach_of(j.at("attach"));
  if (j.contains("server")) m.server = server_of(j.at("server"));
  if (j.contains("mount")) m.mount = mount_of(j.at("mount"));
  if (m.kind == "attach" && m.attach.id.empty())
    throw std::invalid_argument("attach without its mount");
  return m;
}

}  // namespace

std::string encode_control(const ControlMessage& m) {
  Json j = {{"seq", m.seq}, {"kind", m.kind}};
  if (!m.name.empty()) j["name"] = m.name;
  if (m.kind == "attach") j["attach"] = json_of(m.attach);
  if (m.kind == "server") j["server"] = json_of(m.server);
  if (m.kind == "mount") j["mount"] = json_of(m.mount);
  if (m.kind == "done") {
    j["error"] = m.error;
    j["text"] = m.text;
  }
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<ControlMessage> decode_control(std::string_view json) {
  try {
    return message_of(Json::parse(json));
  } catch (const std::exception& e) {
    return fail(Errc::Protocol, std::string("control message: ") + e.what());
  }
}

}  // namespace amd
