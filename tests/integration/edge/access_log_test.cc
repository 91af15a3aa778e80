#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http/request_record.h"
#include "tests/integration/edge/edge_fixture.h"

namespace inkwell::gateway {
namespace {

// What is logged while a server answers `request`: it has ended before the log is read.
class AccessLog : public EdgeTest {
 protected:
  std::string LineOf(const std::string& request) {
    ::testing::internal::CaptureStderr();
    Start();
    EXPECT_EQ(Ask(request).status, 200);
    server_.reset();
    return ::testing::internal::GetCapturedStderr();
  }
};

// The number behind "name=" in a line of text; -1 without one.
long NumberOf(const std::string& line, std::string_view name) {
  const auto at = line.find(std::string(name) + "=");
  return at == std::string::npos ? -1 : std::atol(line.c_str() + at + name.size() + 1);
}

TEST_F(AccessLog, HasTheTimeThatAnAnswerGivenAtOnceTook) { EXPECT_GT(NumberOf(LineOf(Get("/hello")), "duration_us"), 0); }

TEST_F(AccessLog, NamesTheClientAndTheRouteAndNothingThatTheClientWrote) {
  const std::string line = LineOf(Get("/inspect/secret-path?token=secret", "X-Test: secret-header\r\n"));
  EXPECT_NE(line.find("client=127.0.0.1"), std::string::npos) << line;
  EXPECT_NE(line.find("/inspect/{id}"), std::string::npos) << line;
  EXPECT_EQ(line.find("secret"), std::string::npos) << line;
}

TEST_F(AccessLog, NamesTheClientThatATrustedProxyTellsOf) {
  options_.identify = [](RequestRecord& record) { record.client_address = "192.0.2.1"; };
  EXPECT_NE(LineOf(Get("/hello")).find("client=192.0.2.1"), std::string::npos);
}

}  // namespace
}  // namespace inkwell::gateway
