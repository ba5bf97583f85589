// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/mount_request.h"

#include "amd/helpers/wire.h"

namespace amd {

namespace {

constexpr std::uint32_t kMaxWords = 1000;

// One list of fields for both directions: `io` is a Put or a Get.
template <class Io>
void fields(Io& io, BindRequest& r) {
  io(r.source)(r.target)(r.flags)(r.link_instead);
}
template <class Io>
void fields(Io& io, LinkRequest& r) {
  io(r.text)(r.target);
}
template <class Io>
void fields(Io& io, KernelRequest& r) {
  io(r.fstype)(r.source)(r.target)(r.flags)(r.data);
  io(r.nolock_without_statd)(r.client_address_for);
}
template <class Io>
void fields(Io& io, FuseRequest& r) {
  io(r.source)(r.target)(r.flags);
}
template <class Io>
void fields(Io& io, ProgramRequest& r) {
  io(r.words)(r.timeout_ms);
}
template <class Io>
void fields(Io& io, UnmountRequest& r) {
  io(r.target)(r.flags)(r.made)(r.may_be_link);
}
template <class Io>
void fields(Io& io, AutofsMountRequest& r) {
  io(r.source)(r.target)(r.process_group);
}
template <class Io>
void fields(Io& io, AutofsAdoptRequest& r) {
  io(r.target)(r.device);
}
template <class Io>
void fields(Io& io, AutofsUnmountRequest& r) {
  io(r.target)(r.device)(r.made);
}
template <class Io>
void fields(Io& io, AutofsExpireRequest& r) {
  io(r.how);
}
template <class Io>
void fields(Io& io, MountReply& r) {
  io(r.error)(r.what)(r.made)(r.was_in_use)(r.device)(r.output);
}

struct Put {
  WireWriter writer;

  template <class T>
  Put& operator()(const T& value) {
    writer.number(value);
    return *this;
  }
  Put& operator()(const bool& value) {
    return (*this)(static_cast<std::uint8_t>(value));
  }
  Put& operator()(const std::string& text) {
    writer.text(text);
    return *this;
  }
  Put& operator()(const std::vector<std::string>& texts) {
    (*this)(static_cast<std::uint32_t>(texts.size()));
    for (const std::string& t : texts) writer.text(t);
    return *this;
  }
};

struct Get {
  WireReader reader;

  template <class T>
  Get& operator()(T& value) {
    value = reader.number<T>();
    return *this;
  }
  Get& operator()(bool& value) {
    value = reader.number<std::uint8_t>() != 0;
    return *this;
  }
  Get& operator()(std::string& text) {
    text = reader.text();
    return *this;
  }
  Get& operator()(std::vector<std::string>& texts) {
    const auto n = reader.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < n && i < kMaxWords && reader.ok(); ++i)
      texts.emplace_back(reader.text());
    return *this;
  }
};

template <class T>
void get(Get& in, MountRequest& request) {
  fields(in, request.emplace<T>());
}

// By the index of the alternative.
constexpr void (*kGetters[])(Get&, MountRequest&) = {
    get<BindRequest>,        get<LinkRequest>,        get<KernelRequest>,
    get<FuseRequest>,        get<ProgramRequest>,     get<UnmountRequest>,
    get<AutofsMountRequest>, get<AutofsAdoptRequest>, get<AutofsUnmountRequest>,
    get<AutofsExpireRequest>};
static_assert(std::size(kGetters) == std::variant_size_v<MountRequest>);

}  // namespace

std::string encode(const MountRequest& request) {
  Put out;
  out(static_cast<std::uint8_t>(request.index()));
  // fields() takes what it might change; Put changes nothing.
  std::visit(
      [&](const auto& r) {
        fields(out, const_cast<std::remove_cvref_t<decltype(r)>&>(r));
      },
      request);
  return out.writer.take();
}

std::string encode(const MountReply& reply) {
  Put out;
  fields(out, const_cast<MountReply&>(reply));
  return out.writer.take();
}

Result<MountRequest> decode_request(std::string_view bytes) {
  Get in{WireReader(bytes)};
  const auto index = in.reader.number<std::uint8_t>();
  if (index >= std::size(kGetters))
    return fail(Errc::Protocol, "mount request of an unknown kind");
  MountRequest request;
  kGetters[index](in, request);
  if (!in.reader.is_complete())
    return fail(Errc::Protocol, "mount request of a wrong length");
  return request;
}

Result<MountReply> decode_reply(std::string_view bytes) {
  Get in{WireReader(bytes)};
  MountReply reply;
  fields(in, reply);
  if (!in.reader.is_complete())
    return fail(Errc::Protocol, "mount reply of a wrong length");
  return reply;
}

}  // namespace amd
