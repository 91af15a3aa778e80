// Clerk away, slow, huge or with new keys: whoever is signed in stays so.
#include <httplib.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "tests/faults/drill.h"
#include "tests/support/loopback.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using testing::Eventually;

// Clerk's JWKS as the gateway fetches it, with Clerk's bad days.
class KeyServer final {
 public:
  enum class Mood { kFine, kDown, kSlow, kHuge };

  KeyServer() {
    server_.Get("/.well-known/jwks.json", [this](const httplib::Request&, httplib::Response& response) { Answer(response); });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    (void)Eventually([this] { return server_.is_running(); });
  }
  ~KeyServer() {
    released_.set_value();
    server_.stop();
    thread_.join();
  }
  KeyServer(const KeyServer&) = delete;
  KeyServer& operator=(const KeyServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void Serve(nlohmann::json keys) {
    const std::lock_guard lock(mutex_);
    keys_ = std::move(keys);
  }
  void Be(Mood mood) { mood_ = mood; }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  void Answer(httplib::Response& response) {
    ++asked_;
    switch (mood_.load()) {
      case Mood::kDown:
        response.status = 503;
        return;
      case Mood::kSlow:
        until_released_.wait_for(20s);
        response.status = 503;
        return;
      case Mood::kHuge:
        response.set_content(std::string(8 << 20, ' ') + "{\"keys\":[]}", "application/json");
        return;
      case Mood::kFine:
        const std::lock_guard lock(mutex_);
        response.set_content(nlohmann::json{{"keys", keys_}}.dump(), "application/json");
    }
  }

  httplib::Server server_;
  std::atomic<Mood> mood_{Mood::kFine};
  std::atomic<int> asked_ = 0;
  std::promise<void> released_;
  std::shared_future<void> until_released_ = released_.get_future().share();
  std::mutex mutex_;
  nlohmann::json keys_ = nlohmann::json::array();
  int port_ = 0;
  std::thread thread_;
};

class ClerkDrills : public Drill {
 protected:
  void SetUp() override {
    author_ = NewUser();
    keys_.Serve({old_.Jwk()});
    ASSERT_EQ(stack().gateway().Terminate(), 0);
    stack().StartGateway({.environment = {{"CLERK_JWT_KEY", ""}, {"CLERK_FAPI_URL", keys_.url()}}});
    ASSERT_TRUE(Eventually([&] { return StatusWith(old_) == 200; }));
  }
  void TearDown() override {
    EXPECT_EQ(stack().gateway().Terminate(), 0);
    stack().StartGateway();
  }
  // A fresh token each time: the gateway has not seen it before.
  [[nodiscard]] int StatusWith(const e2e::TestClerk& clerk) const {
    return e2e::HttpClient(stack().gateway_port(), clerk.SessionToken(author_)).Get("/api/posts").status;
  }
  // Signed-in people go on; somebody with an unknown key is told so within the request's time.
  void ExpectOnlyUnknownKeysSuffer() {
    const auto start = std::chrono::steady_clock::now();
    const int unknown = StatusWith(new_);
    EXPECT_TRUE(unknown == 401 || unknown == 503) << unknown;
    EXPECT_LT(std::chrono::steady_clock::now() - start, 6s);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(StatusWith(old_), 200);
  }

  KeyServer keys_;
  e2e::TestClerk old_{"key_old"};
  e2e::TestClerk new_{"key_new"};
  std::string author_;
};

TEST_F(ClerkDrills, TheKeysCannotBeFetched) {
  keys_.Be(KeyServer::Mood::kDown);
  ExpectOnlyUnknownKeysSuffer();
}

TEST_F(ClerkDrills, TheKeysComeSlowly) {
  keys_.Be(KeyServer::Mood::kSlow);
  ExpectOnlyUnknownKeysSuffer();
}

TEST_F(ClerkDrills, TheKeysAreHuge) {
  keys_.Be(KeyServer::Mood::kHuge);
  ExpectOnlyUnknownKeysSuffer();
}

TEST_F(ClerkDrills, TheKeysAreRotated) {
  keys_.Serve({old_.Jwk(), new_.Jwk()});
  EXPECT_TRUE(Eventually([&] { return StatusWith(new_) == 200; }, 35s)) << "an unknown key is asked for every 30 s at most";
  EXPECT_EQ(StatusWith(old_), 200);
}

TEST_F(ClerkDrills, UnknownKeysCannotBeUsedToFloodClerk) {
  const int before = keys_.asked();
  for (int i = 0; i < 200; ++i) (void)StatusWith(new_);
  EXPECT_LE(keys_.asked() - before, 2);
}

TEST_F(ClerkDrills, TheBackendApiIsAway) {
  const auto stranger = e2e::UserId("while the Backend API is away " + author_);
  const auto post = [&] {
    return e2e::HttpClient(stack().gateway_port(), old_.SessionToken(stranger)).Post("/api/posts", R"({"title":"One"})").status;
  };
  stack().emulator().Kill();
  const int while_away = post();
  const int known =
      e2e::HttpClient(stack().gateway_port(), old_.SessionToken(author_)).Post("/api/posts", R"({"title":"One"})").status;
  stack().StartEmulator();
  EXPECT_EQ(while_away, 503);
  EXPECT_EQ(known, 201);
  EXPECT_TRUE(Eventually([&] { return post() == 404; }, kAfterServiceListens)) << "Clerk can be asked again, and knows nobody";
}

}  // namespace
}  // namespace inkwell::faults
