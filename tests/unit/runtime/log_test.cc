#include "runtime/log.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace inkwell::runtime {
namespace {

using namespace std::string_literals;

class LogTest : public ::testing::Test {
 protected:
  void TearDown() override { log::Configure("", "info", "text"); }

  // What `write` logs, line by line.
  template <typename Write>
  static std::vector<std::string> Lines(Write write) {
    ::testing::internal::CaptureStderr();
    write();
    std::istringstream text(::testing::internal::GetCapturedStderr());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
};

TEST_F(LogTest, WritesOneJsonObjectPerLine) {
  log::Configure("gateway", "info", "json");
  const auto lines = Lines([] {
    log::Info("request", {{"path", "/api/posts"}, {"status", 201}, {"ok", true}, {"seconds", 0.25}, {"id", std::uint64_t{7}}});
  });
  ASSERT_EQ(lines.size(), 1U);
  const nlohmann::json line = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["program"], "gateway");
  EXPECT_EQ(line["message"], "request");
  EXPECT_EQ(line["path"], "/api/posts");
  EXPECT_EQ(line["status"], 201);
  EXPECT_EQ(line["ok"], true);
  EXPECT_EQ(line["seconds"], 0.25);
  EXPECT_EQ(line["id"], 7);
  const std::string time = line["time"];
  ASSERT_EQ(time.size(), std::string("2026-01-01T00:00:00.000Z").size());
  EXPECT_EQ(time[10], 'T');
  EXPECT_EQ(time.back(), 'Z');
}

TEST_F(LogTest, StaysOneValidLineWithHostileValues) {
  log::Configure("gateway", "info", "json");
  const std::string hostile = "\"}\n{\"level\":\"error\"\xFF\x00\x1b[31m"s;
  const auto lines = Lines([&] { log::Warn("hostile", {{"value", hostile}, {hostile, 1}}); });
  ASSERT_EQ(lines.size(), 1U);
  const nlohmann::json line = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(lines[0].find('\x1b'), std::string::npos);
}

TEST_F(LogTest, CutsLongValues) {
  log::Configure("gateway", "info", "json");
  const auto lines = Lines([] { log::Info("long", {{"value", std::string(5000, 'x')}}); });
  EXPECT_EQ(nlohmann::json::parse(lines.at(0))["value"].get<std::string>().size(), 256U);
}

TEST_F(LogTest, WritesNoNumberThatJsonDoesNotKnow) {
  log::Configure("gateway", "info", "json");
  const auto lines = Lines([] {
    log::Info("odd", {{"nan", std::numeric_limits<double>::quiet_NaN()}, {"infinite", std::numeric_limits<double>::infinity()}});
  });
  EXPECT_TRUE(nlohmann::json::parse(lines.at(0))["nan"].is_null());
}

TEST_F(LogTest, KeepsQuietBelowTheLevel) {
  log::Configure("gateway", "warn", "json");
  EXPECT_FALSE(log::Enabled(log::Level::kInfo));
  EXPECT_TRUE(log::Enabled(log::Level::kError));
  EXPECT_TRUE(Lines([] { log::Info("not shown"); }).empty());
  log::Configure("gateway", "off", "json");
  EXPECT_TRUE(Lines([] { log::Error("not shown"); }).empty());
}

TEST_F(LogTest, QuotesTextValuesThatAreNotPlainWords) {
  log::Configure("posts-service", "info", "text");
  const auto lines = Lines([] { log::Info("started", {{"listen", "127.0.0.1:50052"}, {"why", "two words=\n"}, {"empty", ""}}); });
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].substr(25), R"(info  posts-service: started listen=127.0.0.1:50052 why="two words=\n" empty="")");
}

TEST_F(LogTest, DoesNotMixTheLinesOfThreads) {
  log::Configure("gateway", "info", "json");
  const auto lines = Lines([] {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([thread] {
        for (int i = 0; i < 100; ++i) log::Info("line", {{"thread", thread}, {"text", std::string(200, 'x')}});
      });
    }
  });
  EXPECT_EQ(lines.size(), 400U);
  for (const std::string& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

}  // namespace
}  // namespace inkwell::runtime
