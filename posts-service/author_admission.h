#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "posts-service/author_repository.h"
#include "posts-service/metrics.h"
#include "posts-service/user_directory.h"
#include "runtime/batch_queue.h"

namespace inkwell::posts {

// The slow path of a creation: what to do with an author who is not there (docs/adr/0040). The row is added
// first, unconfirmed; user-sync-service is asked second; then the row is confirmed or taken away. All who wait for one author
// share one question; that a user does not exist is remembered for a second, so that a storm of such requests costs no questions.
//
// Nothing blocks the caller: statements run on a thread of its own, several authors together; the question is asynchronous.
// Thread-safe. Destroy it after everything that calls Admit; its destructor waits for the questions under way, so at most
// `timeout`.
class AuthorAdmission final {
 public:
  struct Options {
    // A question belongs to all who wait for it, so it has a limit of its own and not that of the first; who cannot wait as long
    // was answered by gRPC.
    std::chrono::milliseconds timeout{3000};
    std::chrono::milliseconds miss_memory{1000};
    std::size_t max_misses = 10'000;
    std::size_t max_waiting = 4096;  // requests, of all authors together
  };
  // Success: the author is there (perhaps banned), try again. NOT_FOUND / USER_NOT_FOUND, UNAVAILABLE / USERS_UNAVAILABLE,
  // DATABASE_UNAVAILABLE or OVERLOADED. Called once, from any thread, perhaps before Admit returns; must not block.
  using Done = std::function<void(runtime::Result<void>)>;

  AuthorAdmission(AuthorRepository& authors, UserDirectory& users, Metrics& metrics, Options options);
  ~AuthorAdmission();

  // The question bears the request id of the first who waits for it.
  void Admit(const std::string& author_id, const std::string& request_id, Done done);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // What the thread has to do next for an author.
  struct Step {
    enum class Kind { kAdd, kConfirm, kRemove };
    Kind kind = Kind::kAdd;
    std::string author_id;
    std::int64_t incarnation = 0;
    bool banned = false;
  };
  // A question under way.
  struct Flight {
    std::vector<Done> waiting;
    std::string request_id;
    SteadyTime deadline;
    int attempts = 0;
  };

  void Push(Step step);
  void Handle(std::vector<Step> steps);
  void Add(const std::vector<Step>& steps);
  void Ask(const AuthorRow& row, SteadyTime deadline);
  void Confirm(const std::vector<Step>& steps);
  void Remove(const std::vector<Step>& steps);
  // Begins again for the author, or ends with `otherwise` if that was often enough.
  void Retry(const std::string& author_id, AdmissionOutcome otherwise);
  void Finish(const std::string& author_id, AdmissionOutcome outcome);
  void FailOrRetry(const std::vector<Step>& steps, const runtime::Error& error);
  [[nodiscard]] bool IsMissRemembered(const std::string& author_id, SteadyTime now);
  void RememberMiss(const std::string& author_id, SteadyTime now);
  // The latest deadline of the steps' questions.
  [[nodiscard]] SteadyTime DeadlineOf(const std::vector<Step>& steps);

  AuthorRepository& authors_;
  UserDirectory& users_;
  Metrics& metrics_;
  const Options options_;

  std::mutex mutex_;
  std::condition_variable landed_;  // no flight is left, and nobody is being answered
  std::unordered_map<std::string, Flight> flights_;
  std::size_t waiting_ = 0;
  std::size_t answering_ = 0;
  std::unordered_map<std::string, SteadyTime> misses_;         // until when
  std::deque<std::pair<SteadyTime, std::string>> miss_order_;  // oldest first

  runtime::BatchQueue<Step> steps_;  // last: its thread ends before what it uses
};

}  // namespace inkwell::posts
