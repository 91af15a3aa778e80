// 10,000 webhooks for 2,000 users, shuffled, a fifth of them duplicates, over 64 connections: the table ends as the oracle says,
// also while each part is killed in the middle.
#include <algorithm>
#include <atomic>
#include <functional>
#include <iostream>
#include <random>
#include <thread>

#include "tests/faults/drill.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using testing::Eventually;
using Clock = std::chrono::steady_clock;

constexpr int kUsers = 2000;
constexpr int kVersions = 4;
constexpr std::size_t kDeliveries = 10'000;
constexpr int kConnections = 64;

// The events of one storm, and what they must end in.
class Storm final {
 public:
  explicit Storm(const std::string& name) : name_(name) {
    for (int user = 0; user < kUsers; ++user) {
      const std::string id = e2e::UserId(Seed(user));
      for (int version = 1; version <= kVersions; ++version) {
        const auto data = e2e::TestClerk::User(id, version * 1000, Email(user, version));
        events_.push_back(e2e::TestClerk::Event(version == 1 ? "user.created" : "user.updated", data));
      }
      if (IsDeleted(user)) {
        events_.back() = e2e::TestClerk::Event("user.deleted", e2e::TestClerk::DeletedUser(id));
      }
    }
    std::mt19937 random(20261121);
    for (std::size_t i = 0; events_.size() < kDeliveries; ++i) events_.push_back(events_[random() % (kUsers * kVersions)]);
    std::shuffle(events_.begin(), events_.end(), random);
  }

  // Delivers as Svix does: again until it is answered 2xx. Returns the deliveries that were put off; -1 if one was refused.
  int Deliver(e2e::Stack& stack, const std::function<void(std::size_t)>& progress) const {
    std::atomic<std::size_t> next = 0;
    std::atomic<int> put_off = 0;
    std::atomic<bool> refused = false;
    std::vector<std::thread> senders;
    for (int i = 0; i < kConnections; ++i) {
      senders.emplace_back([&] {
        e2e::HttpClient http(stack.gateway_port());
        for (std::size_t at = next++; at < events_.size() && !refused; at = next++) {
          while (!refused) {
            const int status = http.Post("/api/webhooks/clerk", events_[at], stack.clerk().SignWebhook(events_[at])).status;
            if (status == 200) break;
            ++put_off;
            if (status != 0 && status != 503 && status != 504) refused = true;
          }
        }
      });
    }
    while (next < events_.size() && !refused) {
      progress(next);
      (void)Eventually([&, seen = next.load()] { return next > seen + 100 || next >= events_.size(); }, 1s);
    }
    for (auto& sender : senders) sender.join();
    return refused ? -1 : put_off.load();
  }

  // Rows that are not as the oracle has them.
  [[nodiscard]] std::string Differences(e2e::Stack& stack) const {
    std::string expected;
    for (int user = 0; user < kUsers; ++user) {
      expected += (user == 0 ? "" : ",") + ("('" + e2e::UserId(Seed(user))) + "'," +
                  (IsDeleted(user) ? std::string("NULL,true") : "'" + Email(user, kVersions) + "',false") + ")";
    }
    return stack.Sql("SELECT count(*) FROM (VALUES " + expected +
                     ") AS e(id, email, deleted) LEFT JOIN users.users u ON u.clerk_id = e.id"
                     " WHERE u.clerk_id IS NULL OR u.email IS DISTINCT FROM e.email OR (u.deleted_at IS NOT NULL) <> e.deleted");
  }

 private:
  [[nodiscard]] std::string Seed(int user) const { return name_ + std::to_string(user); }
  [[nodiscard]] std::string Email(int user, int version) const {
    return Seed(user) + "." + std::to_string(version) + "@example.com";
  }
  // These end deleted, and their last update never comes.
  static bool IsDeleted(int user) { return user % 5 == 0; }

  const std::string name_;
  std::vector<std::string> events_;
};

class StormDrills : public Drill {
 protected:
  static std::string NextName() {
    static int count = 0;
    return "storm" + std::to_string(++count) + ".";
  }
};

TEST_F(StormDrills, NothingFails) {
  const Storm storm(NextName());
  const auto start = Clock::now();
  EXPECT_EQ(storm.Deliver(stack(), [](std::size_t) {}), 0);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::cout << "[  drill   ] " << kDeliveries << " events in " << seconds << " s, "
            << static_cast<int>(static_cast<double>(kDeliveries) / seconds) << "/s\n";
  EXPECT_EQ(storm.Differences(stack()), "0");
}

TEST_F(StormDrills, EachPartIsKilledInTheMiddle) {
  const Storm storm(NextName());
  std::vector<std::pair<std::size_t, std::function<void()>>> faults = {
      {2000, [] { stack().users().Kill(), stack().StartUsers(); }},
      {4000, [] { stack().postgres().Restart(testing::PostgresCluster::StopMode::kImmediate); }},
      {6000, [] { stack().posts().Kill(), stack().StartPosts(); }},
      {8000, [] { stack().gateway().Kill(), stack().StartGateway(); }},
  };
  std::size_t done = 0;
  const int put_off = storm.Deliver(stack(), [&](std::size_t delivered) {
    if (done < faults.size() && delivered >= faults[done].first) faults[done++].second();
  });
  EXPECT_EQ(done, faults.size());
  EXPECT_GT(put_off, 0) << "the faults were felt";
  EXPECT_EQ(storm.Differences(stack()), "0");
  std::cout << "[  drill   ] " << put_off << " deliveries were put off and came again\n";
}

}  // namespace
}  // namespace inkwell::faults
