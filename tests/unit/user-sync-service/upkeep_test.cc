#include "user-sync-service/upkeep.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>

#include "tests/support/eventually.h"
#include "tests/support/metric_value.h"
#include "tests/unit/user-sync-service/fake_clerk_users.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "tests/unit/user-sync-service/fake_user_repository.h"
#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {
namespace {

using inkwell::testing::Eventually;
using std::chrono::hours;
using std::chrono::milliseconds;

class UpkeepTest : public ::testing::Test {
 protected:
  // At work, beside this thread.
  Upkeep Start(Upkeep::Options options) { return {&clerk_, copy_, state_, &backfill_, metrics_, options}; }
  static Upkeep::Options Every(milliseconds interval) {
    return {.reconcile_interval = interval, .look = milliseconds(1), .after_failure = hours(1)};
  }

  double Gauge(const std::string& name) { return inkwell::testing::MetricValue(registry_, name); }
  // Until a look has measured a drift that is new since the call.
  bool Looks() {
    const double before = Gauge("inkwell_users_drift");
    clerk_.Add(SparseUser("user_drift_" + std::to_string(++drifters_), 1));
    return Eventually([&] { return Gauge("inkwell_users_drift") != before; });
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeClerkUsers clerk_;
  FakeClerkInstance instance_;
  FakeUserRepository copy_;
  FakeCopyState state_;
  InstancePin pin_{state_, nullptr, metrics_};
  FakeRunLock lock_;
  Backfill backfill_{{clerk_, instance_, copy_, state_, pin_, lock_, metrics_}};
  int drifters_ = 0;
};

TEST_F(UpkeepTest, KeepsMeasuringTheDrift) {
  const auto upkeep = Start(Every(milliseconds(0)));
  clerk_.Add(SparseUser("user_a", 1));
  clerk_.Add(SparseUser("user_b", 1));
  EXPECT_TRUE(Eventually([this] { return Gauge("inkwell_users_drift") == 2; }));
  clerk_.Remove("user_b");
  EXPECT_TRUE(Eventually([this] { return Gauge("inkwell_users_drift") == 1; }));
}

TEST_F(UpkeepTest, NeverReconcilesWithoutAnInterval) {
  state_.SetSinceBackfill(hours(1000));
  const auto upkeep = Start(Every(milliseconds(0)));
  ASSERT_TRUE(Looks() && Looks() && Looks());
  EXPECT_EQ(lock_.attempts(), 0);
}

TEST_F(UpkeepTest, ReconcilesNotBeforeTheIntervalIsOver) {
  state_.SetSinceBackfill(hours(1));
  const auto upkeep = Start(Every(hours(2)));
  ASSERT_TRUE(Looks() && Looks() && Looks());
  EXPECT_EQ(lock_.attempts(), 0);
  state_.SetSinceBackfill(hours(2));
  EXPECT_TRUE(Eventually([this] { return state_.backfills() > 0; }));
  EXPECT_TRUE(Eventually([this] { return Gauge("inkwell_users_drift") == 0; })) << "the copy has Clerk's users now";
}

TEST_F(UpkeepTest, WaitsAfterAReconciliationThatFailed) {
  state_.SetSinceBackfill(hours(2));
  lock_.TakeByAnother();
  const auto upkeep = Start(Every(hours(1)));
  ASSERT_TRUE(Eventually([this] { return lock_.attempts() == 1; }));
  ASSERT_TRUE(Looks() && Looks() && Looks());
  EXPECT_EQ(lock_.attempts(), 1);
  EXPECT_EQ(state_.backfills(), 0U);
}

TEST_F(UpkeepTest, WithoutASecretKeyItKeepsTheAgeOfTheLastWebhook) {
  const Upkeep upkeep(nullptr, copy_, state_, nullptr, metrics_, Every(milliseconds(1)));
  EXPECT_TRUE(Eventually([this] { return Gauge("inkwell_users_last_webhook_age_seconds") > 0; }));
}

TEST_F(UpkeepTest, EndsWhilePausing) {
  const auto before = std::chrono::steady_clock::now();
  {
    const auto upkeep = Start({.look = hours(1)});
    ASSERT_TRUE(Eventually([this] { return Gauge("inkwell_users_last_webhook_age_seconds") > 0; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::minutes(1));
}

}  // namespace
}  // namespace inkwell::users
