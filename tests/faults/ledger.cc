#include "tests/faults/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <utility>

#include "tests/support/eventually.h"

namespace inkwell::faults {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// REQUEST_TIMEOUT and the edge's grace, and the machine's.
constexpr milliseconds kLatestAnswer{6000};

milliseconds Since(Clock::time_point start) { return std::chrono::duration_cast<milliseconds>(Clock::now() - start); }

std::string QuotedList(const std::set<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "'" : ",'") + id + "'";
  return list.empty() ? "NULL" : list;
}

}  // namespace

Writers::Writers(e2e::Stack& stack, std::string author, int connections, Gateway gateway)
    : stack_(stack), author_(std::move(author)), gateway_(gateway), created_by_each_(static_cast<std::size_t>(connections)) {
  for (int i = 0; i < connections; ++i) threads_.emplace_back([this, i] { Write(i); });
}

Writers::~Writers() { (void)Settle(std::chrono::seconds(0)); }

void Writers::Write(int writer) {
  // The drills outlast the minute that a session token lives.
  const std::int64_t expiry = e2e::NowMilliseconds() / 1000 + 3600;
  e2e::HttpClient http(stack_.gateway_port(), stack_.clerk().SessionToken(author_, {{"exp", expiry}}));
  for (int number = 0; !settling_; ++number) {
    const std::string key = "drill-" + std::to_string(writer) + "-" + std::to_string(number);
    {
      const std::lock_guard lock(mutex_);
      begun_.insert(key);
    }
    while (!WriteOne(writer, http, key) && Clock::now() < give_up_.load()) {
    }
  }
}

bool Writers::WriteOne(int writer, e2e::HttpClient& http, const std::string& key) {
  const auto start = Clock::now();
  const e2e::HttpAnswer answer = http.Post("/api/posts", R"({"title":"Under load"})", {{"Idempotency-Key", key}});
  Record(writer, key, answer, Since(start));
  return answer.status == 201;
}

void Writers::Record(int writer, const std::string& key, const e2e::HttpAnswer& answer, milliseconds took) {
  const std::lock_guard lock(mutex_);
  slowest_ = std::max(slowest_, took);
  ++answers_[answer.status];
  if (answer.status == 201) {
    posts_by_key_[key].insert(answer.Json().value("id", ""));
    ++created_;
    ++created_by_each_[static_cast<std::size_t>(writer)];
  } else if (answer.status == 503 || answer.status == 504 || (answer.status == 0 && gateway_ == Gateway::kMayGo)) {
    ++put_off_;
  } else {
    unexpected_.insert(answer.status);
  }
}

int Writers::answered(int status) const {
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(status);
  return found == answers_.end() ? 0 : found->second;
}

std::vector<int> Writers::created_by_each() const {
  const std::lock_guard lock(mutex_);
  return created_by_each_;
}

bool Writers::Settle(std::chrono::seconds patience) {
  give_up_ = Clock::now() + patience;
  settling_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  const std::lock_guard lock(mutex_);
  return posts_by_key_.size() == begun_.size();
}

void Writers::ExpectExact() const {
  const std::lock_guard lock(mutex_);
  EXPECT_TRUE(unexpected_.empty()) << "answers: " << ::testing::PrintToString(unexpected_);
  EXPECT_LE(slowest_, kLatestAnswer);
  std::set<std::string> acknowledged;
  for (const auto& [key, posts] : posts_by_key_) {
    EXPECT_EQ(posts.size(), 1U) << key << " made several posts";
    acknowledged.insert(posts.begin(), posts.end());
  }
  EXPECT_EQ(acknowledged.size(), posts_by_key_.size()) << "two keys were answered with one post";
  const std::string of_author = "SELECT count(*) FROM posts.posts WHERE author_id = '" + author_ + "'";
  EXPECT_EQ(stack_.Sql(of_author), std::to_string(begun_.size())) << "posts in the table, and keys used";
  EXPECT_EQ(stack_.Sql(of_author + " AND id IN (" + QuotedList(acknowledged) + ")"), std::to_string(acknowledged.size()));
  std::cout << "[  drill   ] " << acknowledged.size() << " posts, each once; answers by status "
            << ::testing::PrintToString(answers_) << "; slowest " << slowest_.count() << " ms\n";
}

void ExpectRecovery(const std::string& what, const Writers& writers, milliseconds bound) {
  const auto start = Clock::now();
  const std::vector<int> before = writers.created_by_each();
  const auto each_has_more = [&] {
    const std::vector<int> now = writers.created_by_each();
    return std::equal(now.begin(), now.end(), before.begin(), std::greater<>());
  };
  EXPECT_TRUE(testing::Eventually(each_has_more, bound)) << what;
  std::cout << "[  drill   ] " << what << ": recovered in " << Since(start).count() << " ms\n";
}

}  // namespace inkwell::faults
