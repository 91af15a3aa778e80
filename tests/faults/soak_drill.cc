// 200 requests a second, one in a hundred of them hostile: memory, descriptors and threads of the programs stay flat.
// 40 seconds by default; INKWELL_SOAK_MINUTES=30 is what a release is given.
#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "tests/faults/drill.h"
#include "tests/integration/edge/raw_client.h"
#include "tests/support/process_usage.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::ProcessUsage;

constexpr int kClients = 8;
constexpr std::chrono::milliseconds kPause = 1000ms * kClients / 200;
// A client's token lives for a minute, as Clerk's do.
constexpr auto kTokenAge = 30s;

std::chrono::seconds Length() {
  const char* minutes = std::getenv("INKWELL_SOAK_MINUTES");
  return minutes == nullptr ? 40s : std::chrono::seconds(std::max(1, std::atoi(minutes)) * 60);
}

std::string HostileBytes(std::mt19937& random) {
  static const std::vector<std::string> kinds = {
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "POST /api/posts HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
      "POST /api/webhooks/clerk HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "POST /api/posts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET /api/posts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n\r\n",
      "POST /api/webhooks/clerk HTTP/1.1\r\nHost: a\r\nsvix-id: x\r\nsvix-timestamp: 1\r\nsvix-signature: v1,AA==\r\n"
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
      "GET /%00%ff/../../etc HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nCookie: __session=" + std::string(6000, 'a') + "\r\n\r\n",
      "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "POST /api/posts HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{\"title\":",
  };
  if (random() % 4 != 0) return kinds[random() % kinds.size()];
  std::string noise(random() % 2000, '\0');
  std::generate(noise.begin(), noise.end(), [&] { return static_cast<char>(random()); });
  return noise;
}

// How often each status came; 0 is no answer.
class Statuses final {
 public:
  void Count(int status) {
    const std::scoped_lock lock(mutex_);
    ++counts_[status];
  }
  [[nodiscard]] std::map<int, int> counts() {
    const std::scoped_lock lock(mutex_);
    return counts_;
  }

 private:
  std::mutex mutex_;
  std::map<int, int> counts_;
};

// A person who keeps about twenty posts: lists, searches, reads, writes, edits and deletes.
class Person final {
 public:
  Person(e2e::Stack& stack, std::string id, unsigned seed)
      : stack_(stack), id_(std::move(id)), random_(seed), http_(stack.ClientOf(id_)) {}

  int DoSomething() {
    if (Clock::now() - signed_in_ > kTokenAge) {
      http_.emplace(stack_.ClientOf(id_));
      signed_in_ = Clock::now();
    }
    const auto dice = random_() % 100;
    if (dice < 35) return http_->Get("/api/posts").status;
    if (dice < 45) return http_->Get("/api/posts?q=soak").status;
    if (dice < 50) return http_->Get("/api/me").status;
    if (dice < 55) return http_->Get("/").status;
    if (dice < 60) return Webhook();
    if (posts_.size() < 10 || (dice < 80 && posts_.size() < 30)) return Write();
    const std::string path = "/api/posts/" + posts_.front();
    if (dice < 85) return http_->Get(path).status;
    if (dice < 90) return http_->Patch(path, R"({"content":"edited"})").status;
    posts_.erase(posts_.begin());
    return http_->Delete(path).status;
  }

  // The answer's status, or 0: cut off without one.
  int Attack() {
    gateway::RawClient raw(static_cast<std::uint16_t>(stack_.gateway_port()));
    raw.Send(HostileBytes(random_));
    raw.FinishSending();
    return raw.Read().status;
  }

 private:
  int Write() {
    const auto answer = http_->Post("/api/posts", R"({"title":"Soak","content":")" + std::string(random_() % 2000, 'x') + "\"}");
    if (answer.status == 201) posts_.push_back(answer.Json()["id"]);
    return answer.status;
  }
  int Webhook() {
    const auto user = e2e::TestClerk::User(id_, e2e::NowMilliseconds(), "soak@example.com");
    return stack_.Deliver(e2e::TestClerk::Event("user.updated", user)).status;
  }

  e2e::Stack& stack_;
  const std::string id_;
  std::mt19937 random_;
  std::optional<e2e::HttpClient> http_;
  Clock::time_point signed_in_ = Clock::now();
  std::vector<std::string> posts_;
};

class Samples final {
 public:
  void Add(const ProcessUsage& usage) { samples_.push_back(usage); }

  // The first third is warming up: pools, caches and the allocator grow to what they need. What comes then is compared.
  void ExpectFlat(const std::string& program) const {
    const ProcessUsage early = Median(samples_.size() / 3, samples_.size() * 2 / 3);
    const ProcessUsage late = Median(samples_.size() * 2 / 3, samples_.size());
    std::cout << "[  drill   ] " << program << ": resident " << early.resident_kib << " then " << late.resident_kib
              << " KiB, descriptors " << early.descriptors << " then " << late.descriptors << ", threads " << early.threads
              << " then " << late.threads << "\n";
    EXPECT_GT(early.resident_kib, 0U) << program;
    if (testing::kResidentMemoryCounts) {
      EXPECT_LE(late.resident_kib, early.resident_kib + early.resident_kib / 20 + 1024) << program;
    }
    EXPECT_LE(late.descriptors, early.descriptors + 4) << program;
    EXPECT_LE(late.threads, early.threads + 1) << program;
  }

 private:
  [[nodiscard]] ProcessUsage Median(std::size_t from, std::size_t to) const {
    const auto of = [&](std::size_t ProcessUsage::*figure) {
      std::vector<std::size_t> values;
      for (std::size_t i = from; i < to; ++i) values.push_back(samples_[i].*figure);
      std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
      return values[values.size() / 2];
    };
    return {of(&ProcessUsage::resident_kib), of(&ProcessUsage::threads), of(&ProcessUsage::descriptors)};
  }

  std::vector<ProcessUsage> samples_;
};

class SoakDrill : public Drill {};

TEST_F(SoakDrill, MemoryDescriptorsAndThreadsStayFlat) {
  Statuses good;
  Statuses hostile;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::vector<std::jthread> clients;
  for (unsigned client = 0; client < kClients; ++client) {
    clients.emplace_back([&, person = std::make_shared<Person>(stack(), NewUser(), client), client](const std::stop_token& stop) {
      auto next = Clock::now() + kPause * client / kClients;
      for (int i = 0; !stop.stop_requested(); ++i, next += kPause) {
        std::unique_lock lock(mutex);
        wake.wait_until(lock, stop, next, [] { return false; });
        lock.unlock();
        if (i % 100 == 50) {
          hostile.Count(person->Attack());
        } else {
          good.Count(person->DoSomething());
        }
      }
    });
  }

  const std::array<std::pair<const char*, const testing::ChildProcess*>, 3> programs = {
      {{"gateway", &stack().gateway()}, {"user-sync-service", &stack().users()}, {"posts-service", &stack().posts()}}};
  std::array<Samples, 3> samples;
  const auto end = Clock::now() + Length();
  std::mutex sampling;
  std::condition_variable never;
  for (auto next = Clock::now(); next < end; next += std::chrono::milliseconds(Length()) / 120) {
    std::unique_lock lock(sampling);
    never.wait_until(lock, next, [] { return false; });
    for (std::size_t i = 0; i < programs.size(); ++i) samples[i].Add(testing::UsageOf(programs[i].second->pid()));
  }
  for (auto& client : clients) client.request_stop();
  clients.clear();

  int requests = 0;
  for (const auto& [status, count] : good.counts()) {
    requests += count;
    EXPECT_TRUE(status >= 200 && status < 300) << count << " requests were answered " << status;
  }
  for (const auto& [status, count] : hostile.counts()) {
    EXPECT_TRUE(status < 500 || status == 501 || status == 505) << count << " hostile requests were answered " << status;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Length()).count();
  std::cout << "[  drill   ] " << requests << " requests in " << seconds << " s\n";
  EXPECT_GE(requests, seconds * 150) << "the load was offered";
  for (std::size_t i = 0; i < programs.size(); ++i) samples[i].ExpectFlat(programs[i].first);
}

}  // namespace
}  // namespace inkwell::faults
