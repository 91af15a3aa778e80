// The wall clock of the gateway's machine is set forward and back (libfaketime): tokens and webhooks are judged by the new time,
// nobody is left without an answer, and when the clock is right again all is as before.
#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/faults/drill.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using testing::Eventually;

constexpr const char* kFaketime = "/usr/lib/" FAKETIME_ARCHITECTURE "/faketime/libfaketimeMT.so.1";
constexpr const char* kPost = R"({"title":"At its time"})";

class ClockDrill : public Drill {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(kFaketime)) << "libfaketime is not installed: ./dev test does that";
    file_ = std::filesystem::temp_directory_path() / ("inkwell-clock-" + std::to_string(stack().gateway_port()));
    Step(0s);
    ASSERT_EQ(stack().gateway().Terminate(), 0);
    stack().StartGateway({.environment = {{"LD_PRELOAD", kFaketime},
                                          {"FAKETIME_TIMESTAMP_FILE", file_},
                                          {"FAKETIME_NO_CACHE", "1"},
                                          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}}});
  }
  void TearDown() override {
    if (file_.empty()) return;
    EXPECT_EQ(stack().gateway().Terminate(), 0);
    stack().StartGateway();
    std::filesystem::remove(file_);
  }

  // From now on the gateway's wall clock is off by this much. Written beside and moved, so that it never reads a half of it.
  void Step(std::chrono::seconds by) const {
    const std::filesystem::path next = file_.string() + ".next";
    std::ofstream(next) << (by < 0s ? "" : "+") << by.count() << "\n";
    std::filesystem::rename(next, file_);
  }

  // A client whose token is of the time that is off by this much.
  static e2e::HttpClient ClientAt(const std::string& user, std::chrono::seconds off) {
    const auto now = e2e::NowMilliseconds() / 1000 + off.count();
    return e2e::HttpClient(stack().gateway_port(),
                           stack().clerk().SessionToken(user, {{"iat", now}, {"nbf", now - 5}, {"exp", now + 60}}));
  }
  static int List(const std::string& user, std::chrono::seconds off) { return ClientAt(user, off).Get("/api/posts").status; }
  static int Post(const std::string& user, std::chrono::seconds off) {
    return ClientAt(user, off).Post("/api/posts", kPost).status;
  }

 private:
  std::filesystem::path file_;
};

TEST_F(ClockDrill, TheGatewaysClockIsSetForwardAndBack) {
  const std::string author = NewUser();
  EXPECT_EQ(Post(author, 0s), 201);
  for (const auto off : {std::chrono::seconds(1h), std::chrono::seconds(-1h)}) {
    Step(off);
    EXPECT_TRUE(Eventually([&] { return List(author, 0s) == 401; }, 5s)) << "a token of another hour, at " << off.count();
    EXPECT_EQ(stack().Deliver(CreatedEvent(author)).status, 400) << "a delivery of another hour, at " << off.count();
    EXPECT_TRUE(Eventually([&] { return List(author, off) == 200; }, 5s)) << "a token of this hour, at " << off.count();
  }
  // The time of a new post is the gateway's, which posts-service lets be five minutes off its own.
  for (const auto off : {std::chrono::seconds(4min), std::chrono::seconds(-4min)}) {
    Step(off);
    EXPECT_TRUE(Eventually([&] { return Post(author, off) == 201; }, 5s)) << "a post at " << off.count();
  }
  Step(0s);
  EXPECT_TRUE(Eventually([&] { return Post(author, 0s) == 201; }, 5s));
  EXPECT_EQ(stack().Deliver(CreatedEvent(author)).status, 200);
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + author + "'"), "4") << "each 201 once";
}

}  // namespace
}  // namespace inkwell::faults
