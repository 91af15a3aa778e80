// The webhook route as clerk-conformance grades it from outside, with every part real.
#include <gmock/gmock.h>

#include "tests/e2e/stack.h"
#include "tests/support/child_process.h"

namespace inkwell::e2e {
namespace {

TEST(EndpointConformance, WebhookRouteGetsFullMarks) {
  Stack stack(Signer::kTestClerk);
  testing::ChildOptions options;
  options.command = {testing::ProgramPath("clerk-conformance"), "endpoint",
                     "http://127.0.0.1:" + std::to_string(stack.gateway_port()) + "/api/webhooks/clerk", "--secret",
                     stack.clerk().webhook_secret()};
  const auto grader = testing::ChildProcess::Start(options);
  EXPECT_EQ(grader->WaitForExit(std::chrono::seconds(120)), 0) << grader->Output();
  EXPECT_EQ(stack.Sql("SELECT count(*) FROM users.instance"), "0");  // its events name no instance, and so pin none
}

}  // namespace
}  // namespace inkwell::e2e
