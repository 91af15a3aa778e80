// 10,000 webhooks for 2,000 users, shuffled, a fifth of them duplicates, over 64 connections: the table ends as the oracle says,
// also while each part is killed in the middle.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "tests/faults/drill.h"

namespace inkwell::faults {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kUsers = 2000;
constexpr int kVersions = 4;
constexpr std::size_t kDeliveries = 10'000;
constexpr int kConnections = 64;

constexpr std::size_t kMeanwhile = 500;  // events that may be delivered while a fault happens

struct Fault {
  std::size_t at;
  std::function<void()> happen;
};

// Hands out the numbers of the events in order, and no more of them than the faults so far allow: however quick the senders are,
// no fault comes after the storm.
class Queue final {
 public:
  explicit Queue(std::size_t count) : count_(count) {}

  // nullopt: there are no more.
  std::optional<std::size_t> Take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return next_ < limit_ || next_ == count_; });
    if (next_ == count_) return std::nullopt;
    changed_.notify_all();
    return next_++;
  }
  void WaitUntilTaken(std::size_t count, std::size_t limit) {
    std::unique_lock lock(mutex_);
    limit_ = limit;
    changed_.notify_all();
    changed_.wait(lock, [&] { return next_ >= count; });
  }
  void LetAllBeTaken() {
    const std::lock_guard lock(mutex_);
    limit_ = count_;
    changed_.notify_all();
  }

 private:
  const std::size_t count_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::size_t limit_ = 0;
};

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

  // Delivers as Svix does: again until it is answered 2xx. Each fault happens in the middle: when so many events were taken, and
  // while others are. Returns the deliveries that were put off; -1 if one was refused.
  int Deliver(e2e::Stack& stack, const std::vector<Fault>& faults = {}) const {
    Queue queue(events_.size());
    std::atomic<int> put_off = 0;
    std::atomic<bool> refused = false;
    std::vector<std::thread> senders;
    for (int i = 0; i < kConnections; ++i) {
      senders.emplace_back([&] {
        e2e::HttpClient http(stack.gateway_port());
        while (const auto at = queue.Take()) {
          while (!refused) {
            const int status = http.Post("/api/webhooks/clerk", events_[*at], stack.clerk().SignWebhook(events_[*at])).status;
            if (status == 200) break;
            ++put_off;
            if (status != 0 && status != 503 && status != 504) refused = true;
          }
        }
      });
    }
    for (const Fault& fault : faults) {
      queue.WaitUntilTaken(fault.at, fault.at + kMeanwhile);
      fault.happen();
    }
    queue.LetAllBeTaken();
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
  EXPECT_EQ(storm.Deliver(stack()), 0);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::cout << "[  drill   ] " << kDeliveries << " events in " << seconds << " s, "
            << static_cast<int>(static_cast<double>(kDeliveries) / seconds) << "/s\n";
  EXPECT_EQ(storm.Differences(stack()), "0");
}

TEST_F(StormDrills, EachPartIsKilledInTheMiddle) {
  const Storm storm(NextName());
  const std::vector<Fault> faults = {
      {2000, [] { stack().users().Kill(), stack().StartUsers(); }},
      {4000, [] { stack().postgres().Restart(testing::PostgresCluster::StopMode::kImmediate); }},
      {6000, [] { stack().posts().Kill(), stack().StartPosts(); }},
      {8000, [] { stack().gateway().Kill(), stack().StartGateway(); }},
  };
  const int put_off = storm.Deliver(stack(), faults);
  EXPECT_GT(put_off, 0) << "the faults were felt";
  EXPECT_EQ(storm.Differences(stack()), "0");
  std::cout << "[  drill   ] " << put_off << " deliveries were put off and came again\n";
}

}  // namespace
}  // namespace inkwell::faults
