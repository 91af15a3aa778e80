#include "gateway/handlers/instance_guard.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/eventually.h"
#include "tests/unit/gateway/exchange.h"
#include "tests/unit/gateway/handlers/fake_services.h"

namespace inkwell::gateway {
namespace {

using inkwell::testing::Eventually;

class InstanceGuardTest : public ::testing::Test {
 protected:
  int StatusOf(const std::string& key_id) {
    const Exchange exchange({});
    guarded_(exchange.request(), {{runtime::Principal::Kind::kUser, "user_2abc"}, "sess_1", key_id}, exchange.reply());
    const auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return answer ? answer->status : 0;
  }
  void Refuse() { services_.users.refusal = runtime::Error{runtime::Code::kFailedPrecondition, "INSTANCE_MISMATCH", "", {}}; }

  FakeServices services_;
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  InstanceGuard guard_{services_.UsersStub(), [this] { return now_; }};
  const SessionHandler guarded_ =
      guard_.Guard([](const RequestInfo&, const SessionUser&, Reply reply) { std::move(reply).Send(EmptyResponse(204)); });
};

TEST_F(InstanceGuardTest, AsksOnceForAKeyThatIsConfirmed) {
  EXPECT_EQ(StatusOf("ins_ours"), 204);
  ASSERT_TRUE(Eventually([&] { return services_.users.calls == 1; }));
  EXPECT_EQ(services_.users.instance.instance_id(), "ins_ours");
  EXPECT_EQ(services_.users.principal, "service:gateway");
  EXPECT_EQ(StatusOf("ins_ours"), 204);
  EXPECT_EQ(services_.users.calls, 1);
}

TEST_F(InstanceGuardTest, KeepsAnotherInstanceOut) {
  Refuse();
  EXPECT_EQ(StatusOf("ins_theirs"), 204);  // asked beside the request
  EXPECT_TRUE(Eventually([&] { return StatusOf("ins_theirs") == 403; }));
  EXPECT_EQ(services_.users.calls, 1);
}

TEST_F(InstanceGuardTest, LetsInAgainOnceTheServiceSaysSo) {
  Refuse();
  ASSERT_TRUE(Eventually([&] { return StatusOf("ins_moved") == 403; }));
  services_.users.refusal.reset();
  now_ += InstanceGuard::kAskAgainAfter;
  EXPECT_TRUE(Eventually([&] { return StatusOf("ins_moved") == 204; }));
  EXPECT_EQ(services_.users.calls, 2);
}

TEST_F(InstanceGuardTest, LetsPassWhileTheServiceCannotSayAndAsksAgainLater) {
  services_.users.refusal = runtime::Error{runtime::Code::kUnavailable, "DATABASE_UNAVAILABLE", "", {}};
  EXPECT_EQ(StatusOf("ins_ours"), 204);
  ASSERT_TRUE(Eventually([&] { return services_.users.calls == 1; }));
  EXPECT_EQ(StatusOf("ins_ours"), 204);
  now_ += InstanceGuard::kAskAgainAfter;
  EXPECT_EQ(StatusOf("ins_ours"), 204);
  EXPECT_TRUE(Eventually([&] { return services_.users.calls == 2; }));
}

TEST_F(InstanceGuardTest, AsksNothingAboutKeysThatNameNoInstance) {
  EXPECT_EQ(StatusOf("my-own-key"), 204);
  EXPECT_EQ(StatusOf(""), 204);
  EXPECT_EQ(services_.users.calls, 0);
}

}  // namespace
}  // namespace inkwell::gateway
