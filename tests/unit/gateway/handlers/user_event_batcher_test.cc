#include "gateway/handlers/user_event_batcher.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "google/rpc/status.pb.h"
#include "runtime/call_context.h"
#include "tests/support/status_matchers.h"

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::FailsWith;
using runtime::Code;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using users::v1::ApplyUserEventResponse;
using Outcome = runtime::Result<ApplyUserEventResponse>;

constexpr auto kPatience = 20s;

// user-sync-service with a gate: while it is closed, calls have arrived and are not answered.
class GatedUsers final : public users::v1::UserService::Service {
 public:
  std::optional<runtime::Error> refusal;  // of every call
  std::string bad_user;                   // whose events are refused
  bool forgets_results = false;

  grpc::Status ApplyUserEvent(grpc::ServerContext*, const users::v1::ApplyUserEventRequest* request,
                              users::v1::ApplyUserEventResponse* response) override {
    std::unique_lock lock(mutex_);
    alone_.push_back(request->user().user_id());
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [this] { return strangers_pass_; });
    if (refusal) return runtime::ToGrpcStatus(*refusal, "users.inkwell");
    response->set_verdict(ApplyUserEventResponse::VERDICT_APPLIED);
    return grpc::Status::OK;
  }

  grpc::Status BatchApplyUserEvents(grpc::ServerContext* context, const users::v1::BatchApplyUserEventsRequest* request,
                                    users::v1::BatchApplyUserEventsResponse* response) override {
    std::unique_lock lock(mutex_);
    std::vector<std::string> ids;
    for (const auto& event : request->requests()) ids.push_back(event.user().user_id());
    batches_.push_back(ids);
    deadlines_.push_back(context->deadline());
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [this] { return open_; });
    if (refusal) return runtime::ToGrpcStatus(*refusal, "users.inkwell");
    if (forgets_results) return grpc::Status::OK;
    for (const std::string& id : ids) {
      auto& result = *response->add_results();
      if (id == bad_user) {
        *result.mutable_error() = runtime::ToRpcStatus({Code::kInvalidArgument, "INVALID_FIELD", "Bad.", {}}, "users.inkwell");
      } else {
        result.mutable_response()->set_verdict(ApplyUserEventResponse::VERDICT_APPLIED);
      }
    }
    return grpc::Status::OK;
  }

  void SetOpen(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void LetStrangersPass(bool pass) {
    const std::lock_guard lock(mutex_);
    strangers_pass_ = pass;
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<std::string> alone() {
    const std::lock_guard lock(mutex_);
    return alone_;
  }
  [[nodiscard]] bool WaitForStrangers(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return alone_.size() >= count; });
  }
  [[nodiscard]] std::vector<std::chrono::system_clock::time_point> deadlines() {
    const std::lock_guard lock(mutex_);
    return deadlines_;
  }
  [[nodiscard]] bool WaitForCalls(std::size_t count, std::chrono::milliseconds time = kPatience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return batches_.size() >= count; });
  }
  [[nodiscard]] std::vector<std::vector<std::string>> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  bool strangers_pass_ = true;
  std::vector<std::vector<std::string>> batches_;
  std::vector<std::string> alone_;
  std::vector<std::chrono::system_clock::time_point> deadlines_;
};

class UserEventBatcherTest : public ::testing::Test {
 protected:
  UserEventBatcherTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&users_);
    server_ = builder.BuildAndStart();
  }

  [[nodiscard]] std::unique_ptr<UserEventBatcher> Batcher(const UserEventBatcher::Options& options = {}) {
    return std::make_unique<UserEventBatcher>(users::v1::UserService::NewStub(server_->InProcessChannel({})), options);
  }

  static std::future<Outcome> Send(UserEventBatcher& batcher, const std::string& user_id,
                                   runtime::Deadline deadline = runtime::DeadlineAfter(kPatience),
                                   const std::string& instance_id = "") {
    users::v1::ApplyUserEventRequest event;
    event.mutable_user()->set_user_id(user_id);
    event.set_instance_id(instance_id);
    const auto promise = std::make_shared<std::promise<Outcome>>();
    batcher.Send(std::move(event), deadline, "request", [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  // The first call arrives, and is not answered before the test opens the gate.
  std::future<Outcome> SendAndHold(UserEventBatcher& batcher, const std::string& user_id) {
    users_.SetOpen(false);
    auto sent = Send(batcher, user_id);
    EXPECT_TRUE(users_.WaitForCalls(1));
    return sent;
  }
  static Outcome Get(std::future<Outcome>& future) {
    if (future.wait_for(kPatience) != std::future_status::ready) return runtime::Fail(Code::kUnknown, "NO_ANSWER", "None came.");
    return future.get();
  }
  static std::vector<bool> Succeeded(std::vector<std::future<Outcome>>& futures) {
    std::vector<bool> succeeded;
    for (auto& future : futures) succeeded.push_back(Get(future).has_value());
    return succeeded;
  }

  GatedUsers users_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(UserEventBatcherTest, ASingleEventGoesAtOnceAndAlone) {
  const auto batcher = Batcher();
  auto sent = Send(*batcher, "user_a");
  const auto outcome = Get(sent);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->verdict(), ApplyUserEventResponse::VERDICT_APPLIED);
  EXPECT_THAT(users_.batches(), ElementsAre(ElementsAre("user_a")));
}

TEST_F(UserEventBatcherTest, EventsGatherInOrderWhileCallsAreUnderWay) {
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience, .max_events = 3});
  std::vector<std::future<Outcome>> sent;
  sent.push_back(SendAndHold(*batcher, "user_a"));
  for (const char* id : {"user_b", "user_c", "user_d", "user_e"}) sent.push_back(Send(*batcher, id));
  users_.SetOpen(true);
  EXPECT_THAT(Succeeded(sent), ElementsAre(true, true, true, true, true));
  EXPECT_THAT(users_.batches(),
              ElementsAre(ElementsAre("user_a"), ElementsAre("user_b", "user_c", "user_d"), ElementsAre("user_e")));
}

TEST_F(UserEventBatcherTest, SoManyCallsAreUnderWayAndNoMore) {
  const auto batcher = Batcher({.max_calls = 2, .patience = kPatience});
  std::vector<std::future<Outcome>> sent;
  sent.push_back(SendAndHold(*batcher, "user_a"));
  for (const char* id : {"user_b", "user_c", "user_d"}) sent.push_back(Send(*batcher, id));
  ASSERT_TRUE(users_.WaitForCalls(2));
  EXPECT_THAT(users_.batches(), ElementsAre(ElementsAre("user_a"), ElementsAre("user_b")));
  users_.SetOpen(true);
  EXPECT_THAT(Succeeded(sent), ElementsAre(true, true, true, true));
  EXPECT_THAT(users_.batches(), SizeIs(3));
}

TEST_F(UserEventBatcherTest, LargeEventsTravelApart) {
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience, .max_bytes = 100});
  std::vector<std::future<Outcome>> sent;
  sent.push_back(SendAndHold(*batcher, "user_a"));
  const std::string large = "user_" + std::string(200, 'l');
  for (const std::string& id : {large, std::string("user_b"), std::string("user_c"), large}) sent.push_back(Send(*batcher, id));
  users_.SetOpen(true);
  EXPECT_THAT(Succeeded(sent), ElementsAre(true, true, true, true, true));
  EXPECT_THAT(users_.batches(),
              ElementsAre(ElementsAre("user_a"), ElementsAre(large), ElementsAre("user_b", "user_c"), ElementsAre(large)));
}

TEST_F(UserEventBatcherTest, WhomThereIsNoRoomForHearsSoAtOnce) {
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience, .capacity = 1});
  std::vector<std::future<Outcome>> sent;
  sent.push_back(SendAndHold(*batcher, "user_a"));
  sent.push_back(Send(*batcher, "user_b"));
  auto refused = Send(*batcher, "user_c");
  EXPECT_THAT(Get(refused), FailsWith(Code::kUnavailable, "OVERLOADED"));
  users_.SetOpen(true);
  EXPECT_THAT(Succeeded(sent), ElementsAre(true, true));
}

TEST_F(UserEventBatcherTest, ABadEventHurtsOnlyItself) {
  users_.bad_user = "user_b";
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience});
  auto first = SendAndHold(*batcher, "user_first");
  auto a = Send(*batcher, "user_a");
  auto b = Send(*batcher, "user_b");
  auto c = Send(*batcher, "user_c");
  users_.SetOpen(true);
  EXPECT_TRUE(Get(first).has_value());
  EXPECT_TRUE(Get(a).has_value());
  EXPECT_THAT(Get(b), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  EXPECT_TRUE(Get(c).has_value());
}

TEST_F(UserEventBatcherTest, AnErrorOfTheCallIsEveryEventsAndTheNextGoOn) {
  users_.refusal = runtime::Error{Code::kUnavailable, "DATABASE_UNAVAILABLE", "Away.", {}};
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience});
  auto first = SendAndHold(*batcher, "user_first");
  auto a = Send(*batcher, "user_a");
  auto b = Send(*batcher, "user_b");
  users_.SetOpen(true);
  for (auto* sent : {&first, &a, &b}) EXPECT_THAT(Get(*sent), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  users_.refusal.reset();
  auto later = Send(*batcher, "user_later");
  EXPECT_TRUE(Get(later).has_value());
}

// Whatever befalls the call is no event's fault: Svix must not be told that its delivery is bad.
TEST_F(UserEventBatcherTest, ARefusedCallIsUnavailableWhateverItsCode) {
  const auto batcher = Batcher();
  for (const Code code : {Code::kInvalidArgument, Code::kPermissionDenied, Code::kUnimplemented, Code::kInternal}) {
    users_.refusal = runtime::Error{code, "SOME_REASON", "No.", {{"field", "requests"}}};
    auto sent = Send(*batcher, "user_a");
    const auto outcome = Get(sent);
    EXPECT_THAT(outcome, FailsWith(Code::kUnavailable, "SOME_REASON"));
    EXPECT_TRUE(outcome.error().metadata.empty());
  }
}

// Clerk may have to be asked about an instance, and a batch answers with its last event.
TEST_F(UserEventBatcherTest, AStrangersEventGoesAloneAndHoldsUpNobody) {
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience});
  users_.LetStrangersPass(false);
  auto stranger = Send(*batcher, "user_stranger", runtime::DeadlineAfter(kPatience), "ins_2");
  ASSERT_TRUE(users_.WaitForStrangers(1));
  auto other = Send(*batcher, "user_a");
  EXPECT_TRUE(Get(other).has_value());
  EXPECT_EQ(stranger.wait_for(0ms), std::future_status::timeout);
  users_.LetStrangersPass(true);
  EXPECT_TRUE(Get(stranger).has_value());
  auto known = Send(*batcher, "user_known", runtime::DeadlineAfter(kPatience), "ins_2");
  EXPECT_TRUE(Get(known).has_value());
  EXPECT_THAT(users_.alone(), ElementsAre("user_stranger"));
  EXPECT_THAT(users_.batches(), ElementsAre(ElementsAre("user_a"), ElementsAre("user_known")));
}

TEST_F(UserEventBatcherTest, ARefusedStrangerStaysOne) {
  const auto batcher = Batcher();
  users_.refusal = runtime::Error{Code::kFailedPrecondition, "INSTANCE_MISMATCH", "Another's.", {}};
  for (int i = 0; i < 2; ++i) {
    auto sent = Send(*batcher, "user_a", runtime::DeadlineAfter(kPatience), "ins_2");
    EXPECT_THAT(Get(sent), FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"));
  }
  EXPECT_THAT(users_.alone(), SizeIs(2));
}

TEST_F(UserEventBatcherTest, ACallThatHangsDoesNotHoldUpTheNext) {
  const auto batcher = Batcher({.max_calls = 1, .patience = 1ms});
  users_.SetOpen(false);
  std::vector<std::future<Outcome>> sent;
  for (std::size_t i = 1; i <= 3; ++i) {
    sent.push_back(Send(*batcher, "user_a"));
    // The patience with the last call may not be over yet: then only the next event takes this one with it.
    while (!users_.WaitForCalls(i, 5ms)) sent.push_back(Send(*batcher, "user_a"));
  }
  users_.SetOpen(true);
  for (auto& future : sent) EXPECT_TRUE(Get(future).has_value());
}

TEST_F(UserEventBatcherTest, ABatchHasTheLatestDeadlineOfItsEvents) {
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience});
  users_.SetOpen(false);
  const auto now = std::chrono::system_clock::now();
  const runtime::Deadline base = std::chrono::steady_clock::now();
  std::vector<std::future<Outcome>> sent;
  sent.push_back(Send(*batcher, "user_first", base + 30s));
  ASSERT_TRUE(users_.WaitForCalls(1));
  sent.push_back(Send(*batcher, "user_a", base + 39'600ms));
  sent.push_back(Send(*batcher, "user_b", base + 40s));
  sent.push_back(Send(*batcher, "user_far", base + 50s));
  users_.SetOpen(true);
  EXPECT_THAT(Succeeded(sent), ElementsAre(true, true, true, true));
  EXPECT_THAT(users_.batches(), ElementsAre(ElementsAre("user_first"), ElementsAre("user_a", "user_b"), ElementsAre("user_far")));
  EXPECT_GT(users_.deadlines()[1], now + 39'700ms);
}

TEST_F(UserEventBatcherTest, LosesAndRepeatsNothingForManySenders) {
  std::atomic<int> answered{0};
  {
    const auto batcher = Batcher({.max_events = 8});
    std::vector<std::jthread> senders;
    for (int sender = 0; sender < 4; ++sender) {
      senders.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          users::v1::ApplyUserEventRequest event;
          event.mutable_user()->set_user_id("user_a");
          batcher->Send(std::move(event), runtime::DeadlineAfter(kPatience), "request",
                        [&](const Outcome& outcome) { answered += outcome ? 1 : 1'000'000; });
        }
      });
    }
    senders.clear();
  }
  EXPECT_EQ(answered.load(), 800);
  std::size_t events = 0;
  for (const auto& batch : users_.batches()) events += batch.size();
  EXPECT_EQ(events, 800U);
}

// An answer that says nothing of an event must not look like a success.
TEST_F(UserEventBatcherTest, AnEventWithoutResultIsAnError) {
  users_.forgets_results = true;
  const auto batcher = Batcher();
  auto sent = Send(*batcher, "user_a");
  EXPECT_THAT(Get(sent), FailsWith(Code::kInternal, "INTERNAL"));
}

TEST_F(UserEventBatcherTest, WhatIsTooLateStaysAndDoesNotFailWhatIsNot) {
  const auto batcher = Batcher({.max_calls = 1, .patience = kPatience});
  auto first = SendAndHold(*batcher, "user_first");
  auto late = Send(*batcher, "user_late", runtime::DeadlineAfter(0ms));
  auto fresh = Send(*batcher, "user_fresh");
  users_.SetOpen(true);
  EXPECT_THAT(Get(late), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_TRUE(Get(fresh).has_value());
  EXPECT_TRUE(Get(first).has_value());
  EXPECT_THAT(users_.batches(), ElementsAre(ElementsAre("user_first"), ElementsAre("user_fresh")));
}

TEST_F(UserEventBatcherTest, ItsDestructorWaitsForWhatIsUnderWayAndWhatWaits) {
  auto batcher = Batcher({.max_calls = 1, .patience = kPatience});
  std::vector<std::future<Outcome>> sent;
  sent.push_back(SendAndHold(*batcher, "user_a"));
  sent.push_back(Send(*batcher, "user_b"));
  auto destroyed = std::async(std::launch::async, [doomed = std::move(batcher)]() mutable { doomed.reset(); });
  EXPECT_EQ(destroyed.wait_for(20ms), std::future_status::timeout);
  users_.SetOpen(true);
  ASSERT_EQ(destroyed.wait_for(kPatience), std::future_status::ready);
  for (auto& future : sent) {
    ASSERT_EQ(future.wait_for(0ms), std::future_status::ready);
    EXPECT_TRUE(future.get().has_value());
  }
}

}  // namespace
}  // namespace inkwell::gateway
