#include "clerk-emulator/webhooks/webhook_sender.h"

#include <gmock/gmock.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "clerk-emulator/webhooks/webhook_signature.h"
#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;

struct Received {
  std::string id;
  std::string timestamp;
  std::string signature;
  std::string body;
  json event;
};

// An endpoint on loopback that answers with the statuses it is told, then 200.
class Sink final {
 public:
  Sink() {
    server_.Post("/hook", [this](const httplib::Request& request, httplib::Response& response) { Take(request, response); });
    server_.Post("/elsewhere", [this](const httplib::Request&, httplib::Response&) { ++redirected_; });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Sink() { server_.stop(); }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  void AnswerNext(std::vector<int> statuses) {
    const std::lock_guard lock(mutex_);
    statuses_.assign(statuses.begin(), statuses.end());
  }
  std::vector<Received> received() {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  [[nodiscard]] bool WaitFor(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return received_.size() >= count; });
  }
  [[nodiscard]] std::size_t connections() {
    const std::lock_guard lock(mutex_);
    return ports_.size();
  }
  [[nodiscard]] int redirected() const { return redirected_; }

 private:
  void Take(const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    received_.push_back({request.get_header_value("svix-id"), request.get_header_value("svix-timestamp"),
                         request.get_header_value("svix-signature"), request.body, json::parse(request.body)});
    ports_.insert(request.remote_port);
    response.status = statuses_.empty() ? 200 : statuses_.front();
    if (!statuses_.empty()) statuses_.pop_front();
    if (response.status == 302) response.set_header("Location", "/elsewhere");
    changed_.notify_all();
  }

  httplib::Server server_;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> statuses_;
  std::vector<Received> received_;
  std::set<int> ports_;
  std::atomic<int> redirected_ = 0;
  std::jthread thread_;
};

// By the text of Svix's specification, not by the emulator's code.
std::string ExpectedSignature(const Received& webhook) {
  const std::string key = "the unit tests' secret";  // base64 of it is in kTestWebhookSecret
  const auto text = webhook.id + "." + webhook.timestamp + "." + webhook.body;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       mac, &size);
  unsigned char base64[64];
  EVP_EncodeBlock(base64, mac, static_cast<int>(size));
  return "v1," + std::string(reinterpret_cast<const char*>(base64));
}

std::vector<std::string> Types(const std::vector<Received>& received) {
  std::vector<std::string> types;
  for (const auto& webhook : received) types.push_back(webhook.event.at("type"));
  return types;
}

class WebhookSenderTest : public testing::Test {
 protected:
  json Deliveries() { return Json(emulator_.Control("GET", "/_emulator/deliveries")).at("deliveries"); }
  // One event: a user made by the Backend API.
  std::string CreateUser() { return Json(emulator_.Backend("POST", "/v1/users", "{}")).at("id"); }

  TemporaryDirectory directory_;
  ManualClock clock_;
  Sink sink_;
  TestEmulator emulator_{directory_.path(), clock_, sink_.url(), {1s, 2s}};
};

TEST(WebhookSignatureTest, AgreesWithThePublishedVectorOfSvix) {
  const auto key = WebhookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(SignWebhook(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignatureTest, RefusesSecretsOfAnotherForm) {
  for (const char* secret : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64", "whsec_a"}) {
    EXPECT_FALSE(WebhookKey(secret).has_value()) << secret;
  }
}

TEST_F(WebhookSenderTest, SignUpSendsUserAndSessionInTheFullEnvelope) {
  const auto entered = Json(emulator_.Control("POST", "/_emulator/sign-up", R"({"email":"ada@example.com"})"));
  EXPECT_EQ(emulator_.sender().DeliverDue(), 2U);
  const auto received = sink_.received();
  ASSERT_THAT(Types(received), ElementsAre("user.created", "session.created"));
  const auto& event = received[0].event;
  EXPECT_EQ(event.at("object"), "event");
  EXPECT_EQ(event.at("instance_id"), "ins_test");
  EXPECT_EQ(event.at("timestamp"), clock_.Now().value);
  EXPECT_EQ(event.at("event_attributes"), (json{{"http_request", {{"client_ip", "127.0.0.1"}, {"user_agent", "unit-test"}}}}));
  EXPECT_EQ(event.at("data"), entered.at("user"));
  EXPECT_EQ(received[1].event.at("data").at("id"), entered.at("session_id"));
  EXPECT_EQ(received[1].event.at("data").at("user_id"), entered.at("user_id"));
  EXPECT_EQ(received[1].event.at("data").at("user"), entered.at("user"));
}

TEST_F(WebhookSenderTest, ChangesOfAUserAreAnnouncedAsTheyAre) {
  const auto id = CreateUser();
  const auto updated = Json(emulator_.Backend("PATCH", "/v1/users/" + id, R"({"first_name":"Ada","external_id":"7"})"));
  emulator_.Backend("DELETE", "/v1/users/" + id);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 3U);
  const auto received = sink_.received();
  ASSERT_THAT(Types(received), ElementsAre("user.created", "user.updated", "user.deleted"));
  EXPECT_EQ(received[1].event.at("data"), updated);
  EXPECT_EQ(received[2].event.at("data"), (json{{"object", "user"}, {"id", id}, {"deleted", true}, {"external_id", "7"}}));
}

TEST_F(WebhookSenderTest, RefusedChangeSendsNothing) {
  EXPECT_EQ(emulator_.Backend("POST", "/v1/users", R"({"email_address":["nobody"]})").status, 422);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
}

TEST_F(WebhookSenderTest, RetriesUntilSuccessUnderTheSameIdWithFreshTimestampAndSignature) {
  sink_.AnswerNext({500, 302});
  CreateUser();
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
  clock_.Advance(999ms);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
  clock_.Advance(1ms);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
  clock_.Advance(2s);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
  clock_.Advance(1h);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);

  const auto received = sink_.received();
  ASSERT_EQ(received.size(), 3U);
  std::set<std::string> timestamps;
  for (const auto& attempt : received) {
    EXPECT_EQ(attempt.id, received[0].id);
    EXPECT_EQ(attempt.body, received[0].body);
    EXPECT_EQ(attempt.signature, ExpectedSignature(attempt));
    timestamps.insert(attempt.timestamp);
  }
  EXPECT_THAT(timestamps, ElementsAre("1760000000", "1760000001", "1760000003"));
  EXPECT_EQ(sink_.redirected(), 0);
  EXPECT_EQ(sink_.connections(), 1U) << "the connection is kept open";
  EXPECT_EQ(Deliveries()[0].at("state"), "delivered");
  EXPECT_EQ(Deliveries()[0].at("attempts"), 3);
}

TEST_F(WebhookSenderTest, GivesUpWhenTheScheduleIsUsedUpAndReplaysOnDemand) {
  sink_.AnswerNext({400, 404, 503});
  CreateUser();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
    clock_.Advance(2s);
  }
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
  const auto failed = Deliveries()[0];
  EXPECT_EQ(failed.at("state"), "failed");
  EXPECT_EQ(failed.at("last_status"), 503);

  const auto id = failed.at("id").get<std::string>();
  EXPECT_EQ(Json(emulator_.Control("POST", "/_emulator/deliveries/" + id + "/replay")).at("state"), "pending");
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
  EXPECT_EQ(Deliveries()[0].at("state"), "delivered");
  EXPECT_EQ(Deliveries()[0].at("attempts"), 4);
  EXPECT_EQ(sink_.received().back().id, id);
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/deliveries/msg_unknown/replay").status, 404);
}

TEST_F(WebhookSenderTest, EndpointThatIsNotThereIsAFailureToo) {
  std::string nobody;
  { nobody = Sink().url(); }
  const TemporaryDirectory directory;
  TestEmulator emulator(directory.path(), clock_, nobody, {1s});
  emulator.Backend("POST", "/v1/users", "{}");
  EXPECT_EQ(emulator.sender().DeliverDue(), 1U);
  const auto delivery = Json(emulator.Control("GET", "/_emulator/deliveries")).at("deliveries")[0];
  EXPECT_EQ(delivery.at("state"), "pending");
  EXPECT_TRUE(delivery.at("last_status").is_null());
  EXPECT_EQ(delivery.at("last_error"), "no connection");
}

TEST_F(WebhookSenderTest, HoldsDeliveriesBackForTheGivenTime) {
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/webhooks/hold", R"({"seconds":30})").status, 200);
  CreateUser();
  clock_.Advance(29999ms);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
  clock_.Advance(1ms);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
}

TEST_F(WebhookSenderTest, ReleaseEndsAHold) {
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/webhooks/hold", R"({"seconds":30})").status, 200);
  CreateUser();
  EXPECT_TRUE(Json(emulator_.Control("POST", "/_emulator/webhooks/release")).at("held_until").is_null());
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
}

TEST_F(WebhookSenderTest, PendingDeliveriesOutliveARestart) {
  const TemporaryDirectory directory;
  sink_.AnswerNext({500});
  {
    TestEmulator before(directory.path(), clock_, sink_.url(), {1s});
    before.Backend("POST", "/v1/users", "{}");
    EXPECT_EQ(before.sender().DeliverDue(), 1U);
    before.Backend("POST", "/v1/users", "{}");
  }
  TestEmulator after(directory.path(), clock_, sink_.url(), {1s});
  EXPECT_EQ(after.sender().DeliverDue(), 1U) << "the one never attempted";
  clock_.Advance(1s);
  EXPECT_EQ(after.sender().DeliverDue(), 1U) << "the one that failed";
  const auto received = sink_.received();
  ASSERT_EQ(received.size(), 3U);
  EXPECT_EQ(received[2].id, received[0].id);
  EXPECT_NE(received[1].id, received[0].id);
}

TEST_F(WebhookSenderTest, KeepsOnlyTheNewestSettledMessages) {
  const auto added = emulator_.store().Update([](const State&, Changes& changes) -> ClerkResult<bool> {
    for (std::uint64_t sequence = 1; sequence <= 1005; ++sequence) {
      WebhookMessage message;
      message.sequence = message.progress.sequence = sequence;
      message.id = "msg_" + std::to_string(sequence);
      message.progress.state = MessageState::kDelivered;
      changes.emplace_back(message);
    }
    return true;
  });
  ASSERT_TRUE(added);
  CreateUser();
  emulator_.sender().DeliverDue();
  EXPECT_EQ(Json(emulator_.Control("GET", "/_emulator/deliveries?limit=1")).at("total_count"), 1000);
  EXPECT_EQ(Deliveries()[0].at("type"), "user.created");
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/deliveries/msg_6/replay").status, 404) << "the oldest went first";
}

TEST_F(WebhookSenderTest, ThreadsDeliverWhatIsAddedLater) {
  emulator_.sender().Start();
  for (int i = 0; i < 20; ++i) CreateUser();
  ASSERT_TRUE(sink_.WaitFor(20));
  std::set<std::string> ids;
  for (const auto& webhook : sink_.received()) ids.insert(webhook.id);
  EXPECT_EQ(ids.size(), 20U);
}

TEST_F(WebhookSenderTest, DroppedMessageIsNeverSentAndMayBeReplayed) {
  ASSERT_EQ(emulator_.Control("POST", "/_emulator/webhooks/faults", R"({"kind":"drop"})").status, 200);
  CreateUser();
  CreateUser();
  emulator_.sender().DeliverDue();
  EXPECT_EQ(sink_.received().size(), 1U) << "only the next one";
  EXPECT_EQ(Deliveries()[1].at("state"), "failed");
  EXPECT_EQ(Deliveries()[1].at("last_error"), "dropped by the control API");
  emulator_.Control("POST", "/_emulator/deliveries/" + Deliveries()[1].at("id").get<std::string>() + "/replay");
  emulator_.sender().DeliverDue();
  EXPECT_EQ(sink_.received().size(), 2U);
}

TEST_F(WebhookSenderTest, DoubledMessageComesTwiceUnderOneId) {
  ASSERT_EQ(emulator_.Control("POST", "/_emulator/webhooks/faults", R"({"kind":"double"})").status, 200);
  CreateUser();
  emulator_.sender().DeliverDue();
  const auto received = sink_.received();
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[0].id, received[1].id);
}

TEST_F(WebhookSenderTest, ReorderedMessagesComeLastFirstOnceAllAreThere) {
  ASSERT_EQ(emulator_.Control("POST", "/_emulator/webhooks/faults", R"({"kind":"reorder","messages":2})").status, 200);
  const auto id = CreateUser();
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
  emulator_.Backend("DELETE", "/v1/users/" + id);
  clock_.Advance(1s);
  EXPECT_EQ(emulator_.sender().DeliverDue(), 2U);
  EXPECT_THAT(Types(sink_.received()), ElementsAre("user.deleted", "user.created"));
}

TEST_F(WebhookSenderTest, MessagesThatWaitForOthersAreSentWhenTheFaultsAreCleared) {
  emulator_.Control("POST", "/_emulator/webhooks/faults", R"({"kind":"reorder","messages":9})");
  CreateUser();
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
  emulator_.Control("POST", "/_emulator/webhooks/faults/clear");
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
}

TEST_F(WebhookSenderTest, DelayedMessageComesLate) {
  emulator_.Control("POST", "/_emulator/webhooks/faults", R"({"kind":"delay","delay_ms":5000})");
  CreateUser();
  EXPECT_EQ(emulator_.sender().DeliverDue(), 0U);
  emulator_.Control("POST", "/_emulator/clock", R"({"advance_seconds":5})");
  EXPECT_EQ(emulator_.sender().DeliverDue(), 1U);
}

TEST_F(WebhookSenderTest, EndpointThatFailsForFiveDaysIsDisabledUntilItIsEnabled) {
  sink_.AnswerNext(std::vector<int>(3, 500));
  CreateUser();
  emulator_.sender().DeliverDue();
  emulator_.Control("POST", "/_emulator/clock", R"({"advance_seconds":431999})");
  emulator_.sender().DeliverDue();
  const auto disabled_at = [this] {
    return Json(emulator_.Control("GET", "/_emulator/status")).at("webhooks").at("disabled_at");
  };
  EXPECT_TRUE(disabled_at().is_null());
  emulator_.Control("POST", "/_emulator/clock", R"({"advance_seconds":2})");
  emulator_.sender().DeliverDue();
  EXPECT_FALSE(disabled_at().is_null());

  CreateUser();
  emulator_.sender().DeliverDue();
  EXPECT_EQ(sink_.received().size(), 3U) << "nothing is sent any more";
  EXPECT_EQ(Deliveries()[0].at("last_error"), "the endpoint is disabled");
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/webhooks/enable").status, 200);
  CreateUser();
  emulator_.sender().DeliverDue();
  EXPECT_EQ(sink_.received().size(), 4U);
}

TEST_F(WebhookSenderTest, SuccessEndsTheFiveDays) {
  sink_.AnswerNext({500, 200, 500});
  CreateUser();
  emulator_.sender().DeliverDue();
  clock_.Advance(2s);
  emulator_.sender().DeliverDue();
  clock_.Advance(5 * 24h);
  CreateUser();
  emulator_.sender().DeliverDue();
  EXPECT_TRUE(Json(emulator_.Control("GET", "/_emulator/status")).at("webhooks").at("disabled_at").is_null());
}

TEST_F(WebhookSenderTest, PageShowsEachAttemptAndSendsAgain) {
  sink_.AnswerNext({503});
  CreateUser();
  emulator_.sender().DeliverDue();
  const auto page = emulator_.Control("GET", "/_emulator/");
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, testing::HasSubstr("2025-10-09 08:53:20 503"));
  const auto id = Deliveries()[0].at("id").get<std::string>();
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/deliveries/" + id + "/replay?to=page").status, 303);
  emulator_.sender().DeliverDue();
  EXPECT_EQ(Deliveries()[0].at("history").size(), 2U);
}

TEST_F(WebhookSenderTest, RestoredSnapshotDeliversWhatWasPendingThen) {
  CreateUser();
  ASSERT_EQ(emulator_.Control("POST", "/_emulator/snapshots/before").status, 200);
  emulator_.sender().DeliverDue();
  CreateUser();
  ASSERT_EQ(emulator_.Control("POST", "/_emulator/snapshots/before/restore").status, 200);
  emulator_.sender().DeliverDue();
  const auto received = sink_.received();
  ASSERT_EQ(received.size(), 2U) << "the second user's has gone with the user";
  EXPECT_EQ(received[0].id, received[1].id);
}

TEST(WebhookSenderShutdownTest, DoesNotWaitForAnEndpointThatNeverAnswers) {
  std::promise<void> end;
  auto ended = end.get_future().share();
  std::promise<void> arrived;
  httplib::Server endpoint;
  endpoint.Post("/hook", [&](const httplib::Request&, httplib::Response&) {
    arrived.set_value();
    ended.wait_for(30s);
  });
  const int port = endpoint.bind_to_any_port("127.0.0.1");
  std::jthread thread([&] { endpoint.listen_after_bind(); });
  const TemporaryDirectory directory;
  const ManualClock clock;
  const auto started = std::chrono::steady_clock::now();
  {
    TestEmulator emulator(directory.path(), clock, "http://127.0.0.1:" + std::to_string(port) + "/hook", {1s});
    emulator.sender().Start();
    emulator.Backend("POST", "/v1/users", "{}");
    ASSERT_EQ(arrived.get_future().wait_for(10s), std::future_status::ready);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, 8s);
  // The attempt was cut short by us, so it is still to be made.
  TestEmulator after(directory.path(), clock, "http://127.0.0.1:1/hook", {1s});
  const auto delivery = Json(after.Control("GET", "/_emulator/deliveries")).at("deliveries")[0];
  EXPECT_EQ(delivery.at("state"), "pending");
  EXPECT_EQ(delivery.at("attempts"), 0);
  end.set_value();
  endpoint.stop();
}

}  // namespace
}  // namespace inkwell::emulator
