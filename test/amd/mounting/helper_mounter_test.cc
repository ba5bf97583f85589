// SPDX-License-Identifier: BSD-3-Clause
// What amd-mounter is asked to do for a MountSpec.
#include "amd/mounting/helper_mounter.h"

#include <sys/mount.h>

#include "test/support/printers.h"

using namespace amd;

namespace {

template <class Request>
Request request_of(MountMethod method, const std::string& options,
                   const std::string& type) {
  MountSpec spec;
  spec.method = std::move(method);
  spec.target = "/n/x";
  spec.options = options;
  spec.type = type;
  const auto r = mount_request_of(spec, Milliseconds(5000));
  REQUIRE(r);
  REQUIRE(std::holds_alternative<Request>(*r));
  return std::get<Request>(*r);
}

}  // namespace

TEST_CASE("lofs must be bound, other types may be shown as a link",
          "[mounting]") {
  const BindMount usr{"/usr"};

  const auto lofs = request_of<BindRequest>(usr, "ro,noatime", "lofs");
  const auto link = request_of<BindRequest>(usr, "", "link");

  CHECK(lofs == BindRequest{"/usr", "/n/x", MS_RDONLY, false});
  CHECK(link == BindRequest{"/usr", "/n/x", 0, true});
}

TEST_CASE("kernel NFS of version 4 tells the server its own address",
          "[mounting]") {
  KernelNfsMount m;
  m.replica.server = "server1";
  m.replica.path = "/share";
  m.replica.address = "10.0.0.1";
  m.version = 4;
  m.minor_version = 2;

  const auto r = request_of<KernelRequest>(m, "ro", "nfs");

  CHECK(r == KernelRequest{"nfs4",
                           "server1:/share",
                           "/n/x",
                           MS_RDONLY,
                           {"proto=tcp,addr=10.0.0.1,vers=4.2"},
                           false,
                           "10.0.0.1"});
}

TEST_CASE("a program has the time that the operation has", "[mounting]") {
  const auto r = request_of<ProgramRequest>(
      ProgramMount{{"/sbin/m", "m"}, {"/sbin/u", "u"}}, "", "program");

  CHECK(r == ProgramRequest{{"/sbin/m", "m"}, 5000});
}
