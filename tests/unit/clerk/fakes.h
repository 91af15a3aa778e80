#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "clerk/clock.h"
#include "clerk/http_client.h"

namespace clerk::testing {

// A clock that moves only when told to, or slept on. Thread-safe.
class FakeClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  std::chrono::steady_clock::time_point SteadyNow() const override {
    const std::lock_guard lock(mutex_);
    return steady_now_;
  }
  void SleepFor(std::chrono::milliseconds pause) const override { Advance(pause); }

  void Advance(std::chrono::milliseconds by) const {
    const std::lock_guard lock(mutex_);
    now_ += by;
    steady_now_ += by;
  }
  // Moves the wall clock alone, as an operator or NTP does.
  void SetNow(std::chrono::system_clock::time_point now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }
  [[nodiscard]] std::int64_t NowSeconds() const {
    return std::chrono::floor<std::chrono::seconds>(Now().time_since_epoch()).count();
  }

 private:
  mutable std::mutex mutex_;
  mutable std::chrono::system_clock::time_point now_{std::chrono::seconds(1'760'000'000)};
  mutable std::chrono::steady_clock::time_point steady_now_{std::chrono::hours(1)};
};

// Answers as told and remembers what it was asked. Thread-safe; the answer is made without a lock, so that it may wait.
class FakeHttpClient final : public HttpClient {
 public:
  using Answer = std::function<Result<HttpResponse, HttpError>(const HttpRequest&)>;

  explicit FakeHttpClient(Answer answer) : answer_(std::move(answer)) {}

  Result<HttpResponse, HttpError> Send(const HttpRequest& request) override {
    Answer answer;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      answer = answer_;
    }
    return answer(request);
  }

  void SetAnswer(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  [[nodiscard]] std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::size_t calls() const { return requests().size(); }

 private:
  mutable std::mutex mutex_;
  Answer answer_;
  std::vector<HttpRequest> requests_;
};

[[nodiscard]] inline HttpResponse JsonResponse(std::string body, int status = 200) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

}  // namespace clerk::testing
