// The raw cases at the gateway's own process, on the webhook route and with a session: the same answers, and nothing left behind.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/e2e/stack.h"
#include "tests/integration/edge/raw_case.h"
#include "tests/support/process_usage.h"

namespace inkwell::e2e {
namespace {

using gateway::AllRawCases;
using gateway::RawCase;
using gateway::RawTarget;

constexpr std::size_t kResidentLimitKib = std::size_t{96} * 1024;
constexpr const char* kJson = "Content-Type: application/json\r\n";

class RawConformance : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }

  static void ExpectAll(const RawTarget& target) {
    const auto port = static_cast<std::uint16_t>(stack_->gateway_port());
    HttpClient other(stack_->gateway_port());
    std::size_t resident_kib = 0;
    for (const RawCase& one : AllRawCases(target)) {
      EXPECT_EQ(CheckRawCase(port, one, target), "") << one.name << "\n" << ::testing::PrintToString(one.bytes.substr(0, 500));
      ASSERT_EQ(other.Get("/livez").status, 200) << "after " << one.name;
      resident_kib = std::max(resident_kib, testing::UsageOf(stack_->gateway().pid()).resident_kib);
    }
    EXPECT_GT(resident_kib, 0U) << "the process has ended";
    if (testing::kResidentMemoryCounts) {
      EXPECT_LT(resident_kib, kResidentLimitKib);
    }
    std::cout << "[ resident ] at most " << resident_kib << " KiB\n";
  }

  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(RawConformance, OfTheWebhookRoute) {
  // Nothing is signed: what is framed well gets as far as the signature.
  ExpectAll({"/api/webhooks/clerk", kJson, "400", std::size_t{1024} * 1024});
}

TEST_F(RawConformance, WithASession) {
  const std::string user = UserId("raw cases");
  ASSERT_EQ(stack_->Deliver(TestClerk::Event("user.created", TestClerk::SparseUser(user, 1000))).status, 200);
  const std::string token = stack_->clerk().SessionToken(user, {{"exp", NowMilliseconds() / 1000 + 600}});
  ExpectAll({"/api/posts", "Authorization: Bearer " + token + "\r\n" + kJson, "201", 1'300'000});
}

}  // namespace
}  // namespace inkwell::e2e
