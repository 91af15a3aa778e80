#include "clerk-emulator/model/state_store.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

User NamedUser(const std::string& id) {
  User user;
  user.id = id;
  user.first_name = "Ada";
  user.email_addresses = {{"idn_1", "ada@example.com", "admin", {5}, {6}}};
  user.public_metadata = R"({"a":[1]})";
  user.banned = true;
  user.created_at = {7};
  user.updated_at = {8};
  return user;
}

ClerkResult<bool> Put(StateStore& store, std::vector<Change> wanted) {
  return store.Update([&](const State&, Changes& changes) -> ClerkResult<bool> {
    changes = wanted;
    return true;
  });
}

std::vector<std::string> UserIds(const StateStore& store) {
  return store.View([](const State& state) {
    std::vector<std::string> ids;
    for (const auto& [id, user] : state.users) ids.push_back(id);
    return ids;
  });
}

class StateStoreTest : public testing::Test {
 protected:
  std::unique_ptr<StateStore> Open() {
    auto store = StateStore::Open(directory_.path());
    EXPECT_TRUE(store.has_value());
    return store ? std::move(*store) : nullptr;
  }

  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "state.jsonl";
};

TEST_F(StateStoreTest, EverythingOutlivesARestart) {
  Session session;
  session.id = "sess_1";
  session.user_id = "user_1";
  session.status = SessionStatus::kRevoked;
  session.expire_at = {9};
  WebhookMessage message;
  message.sequence = 3;
  message.id = "msg_1";
  message.body = "{\"text\":\"line\\nbreak\"}";
  message.progress.sequence = 3;
  MessageProgress progress = message.progress;
  progress.attempts = 2;
  progress.state = MessageState::kFailed;
  ASSERT_TRUE(Put(*Open(), {NamedUser("user_1"), session, message, progress}));

  for (int restart = 0; restart < 2; ++restart) {
    const auto store = Open();
    store->View([&](const State& state) {
      const auto& user = state.users.at("user_1");
      EXPECT_EQ(user.first_name, "Ada");
      EXPECT_EQ(user.email_addresses.at(0).value, "ada@example.com");
      EXPECT_EQ(user.email_addresses.at(0).updated_at, UnixMillis{6});
      EXPECT_EQ(user.public_metadata, R"({"a":[1]})");
      EXPECT_TRUE(user.banned);
      EXPECT_EQ(user.updated_at, UnixMillis{8});
      EXPECT_EQ(state.sessions.at("sess_1").status, SessionStatus::kRevoked);
      EXPECT_EQ(state.sessions.at("sess_1").expire_at, UnixMillis{9});
      EXPECT_EQ(state.messages.at(3).body, message.body);
      EXPECT_EQ(state.messages.at(3).progress.attempts, 2);
      EXPECT_EQ(state.messages.at(3).progress.state, MessageState::kFailed);
      EXPECT_EQ(state.last_sequence, 3U);
    });
  }
}

TEST_F(StateStoreTest, ErasedStaysErased) {
  ASSERT_TRUE(Put(*Open(), {NamedUser("user_1"), NamedUser("user_2")}));
  ASSERT_TRUE(Put(*Open(), {UserErased{"user_1"}}));
  EXPECT_THAT(UserIds(*Open()), ElementsAre("user_2"));
}

TEST_F(StateStoreTest, RefusedStepChangesNothing) {
  const auto store = Open();
  const auto refused = store->Update([](const State&, Changes& changes) -> ClerkResult<bool> {
    changes.emplace_back(NamedUser("user_1"));
    return tl::unexpected(ParamMissing("email"));
  });
  EXPECT_FALSE(refused.has_value());
  EXPECT_THAT(UserIds(*store), IsEmpty());
}

TEST_F(StateStoreTest, StepCutOffByACrashIsForgottenAsAWhole) {
  ASSERT_TRUE(Put(*Open(), {NamedUser("user_1")}));
  std::ofstream(file_, std::ios::app) << R"([{"user":{"id":"user_2","first_na)";
  EXPECT_THAT(UserIds(*Open()), ElementsAre("user_1"));
  ASSERT_TRUE(Put(*Open(), {NamedUser("user_3")}));
  EXPECT_THAT(UserIds(*Open()), ElementsAre("user_1", "user_3"));
}

TEST_F(StateStoreTest, DamagedFileIsRefusedAndLeftAlone) {
  { std::ofstream(file_) << "[{\"user\":{\"id\":\"user_1\"}}]\nnonsense\n[]\n"; }
  const auto size = std::filesystem::file_size(file_);
  const auto store = StateStore::Open(directory_.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().reason, "STATE_NOT_READABLE");
  EXPECT_EQ(std::filesystem::file_size(file_), size);
}

TEST_F(StateStoreTest, RestartCompactsTheFile) {
  {
    const auto store = Open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(Put(*store, {NamedUser("user_1")}));
  }
  const auto before = std::filesystem::file_size(file_);
  Open();
  EXPECT_LT(std::filesystem::file_size(file_), before / 40);
}

TEST_F(StateStoreTest, DirectoryBelongsToOneStoreAtATime) {
  const auto first = Open();
  const auto second = StateStore::Open(directory_.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().reason, "DIRECTORY_IN_USE");
}

TEST_F(StateStoreTest, StepsOfManyThreadsAreAllKept) {
  {
    const auto store = Open();
    std::vector<std::future<bool>> threads;
    for (int t = 0; t < 8; ++t) {
      threads.push_back(std::async(std::launch::async, [&store, t] {
        bool kept = true;
        for (int i = 0; i < 25; ++i) {
          kept = Put(*store, {NamedUser("user_" + std::to_string(t) + "_" + std::to_string(i))}).has_value() && kept;
        }
        return kept;
      }));
    }
    for (auto& thread : threads) EXPECT_TRUE(thread.get());
  }
  EXPECT_EQ(UserIds(*Open()).size(), 200U);
}

}  // namespace
}  // namespace inkwell::emulator
