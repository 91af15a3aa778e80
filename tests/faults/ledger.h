#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/stack.h"

namespace inkwell::faults {

// Whether callers may find the gateway itself away: then a connection may be refused or cut, and is tried again.
enum class Gateway { kStays, kMayGo };

// Writes posts over several connections while parts fail. Each post has an Idempotency-Key of its own and is tried until it is
// answered 201, as a careful client does. The ledger keeps what was answered.
class Writers final {
 public:
  Writers(e2e::Stack& stack, std::string author, int connections, Gateway gateway = Gateway::kStays);
  ~Writers();
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  // Begins no further post, and waits until those begun are answered 201. False if one is not within the time.
  [[nodiscard]] bool Settle(std::chrono::seconds patience = std::chrono::seconds(30));

  // Posts answered 201 so far, answers that ask to try again (503, 504) and connections refused so far.
  [[nodiscard]] int created() const { return created_; }
  [[nodiscard]] int put_off() const { return put_off_; }
  // Answers with this status so far; 0: no answer.
  [[nodiscard]] int answered(int status) const;
  // Posts answered 201 so far, over each connection.
  [[nodiscard]] std::vector<int> created_by_each() const;

  // After Settle: what the ledger proves. Adds a failure of the test for whatever does not hold: every 201 exists exactly once,
  // every key made one post, every request was answered (201, 503 or 504, never a 500), and none of them late.
  void ExpectExact() const;

 private:
  void Write(int writer);
  [[nodiscard]] bool WriteOne(int writer, e2e::HttpClient& http, const std::string& key);
  void Record(int writer, const std::string& key, const e2e::HttpAnswer& answer, std::chrono::milliseconds took);

  e2e::Stack& stack_;
  const std::string author_;
  const Gateway gateway_;
  std::atomic<bool> settling_ = false;
  std::atomic<std::chrono::steady_clock::time_point> give_up_{std::chrono::steady_clock::time_point::max()};
  std::atomic<int> created_ = 0;
  std::atomic<int> put_off_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::set<std::string>> posts_by_key_;
  std::set<std::string> begun_;
  std::set<int> unexpected_;
  std::map<int, int> answers_;  // by status
  std::vector<int> created_by_each_;
  std::chrono::milliseconds slowest_{0};
  std::vector<std::thread> threads_;  // last: they use the members above
};

// From now until each connection has created another post. Prints it as `what`, and fails the test beyond `bound`.
void ExpectRecovery(const std::string& what, const Writers& writers, std::chrono::milliseconds bound);

}  // namespace inkwell::faults
