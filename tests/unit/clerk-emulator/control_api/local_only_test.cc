#include "clerk-emulator/control_api/local_only.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

int StatusFor(ControlPeers peers, const std::string& address, const std::string& proxy = {}) {
  auto request = MakeRequest("GET", "/_emulator/status");
  request.client_address = address;
  if (!proxy.empty()) request.headers["clerk-proxy-url"] = proxy;
  return LocalOnly([](const HttpRequest&) { return HttpResponse{}; }, peers)(request).status;
}

TEST(LocalOnly, TakesThisMachineAlone) {
  for (const char* address : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(StatusFor(ControlPeers::kThisMachine, address), 200) << address;
  }
  for (const char* address : {"172.18.0.1", "192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", ""}) {
    EXPECT_EQ(StatusFor(ControlPeers::kThisMachine, address), 403) << address;
  }
}

TEST(LocalOnly, TakesAnybodyIfToldTo) { EXPECT_EQ(StatusFor(ControlPeers::kAny, "172.18.0.1"), 200); }

TEST(LocalOnly, TakesNobodyThroughTheGateway) {
  EXPECT_EQ(StatusFor(ControlPeers::kThisMachine, "127.0.0.1", "http://localhost:3000/__clerk"), 403);
  EXPECT_EQ(StatusFor(ControlPeers::kAny, "172.18.0.1", "http://localhost:3000/__clerk"), 403);
}

}  // namespace
}  // namespace inkwell::emulator
