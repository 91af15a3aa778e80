#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// How calls of the Backend API shall fail.
struct ApiFault {
  std::string method;                    // empty: any
  std::string path = "/v1/*";            // * stands for any text, also for none and for slashes
  int status = 0;                        // 429 or 5xx; 0: the call is only delayed
  std::int64_t retry_after_seconds = 0;  // sent with a 429
  std::chrono::milliseconds delay{};     // before the answer, in real time
  std::int64_t calls = 0;                // how many more; 0: any number
  UnixMillis expires_at;                 // zero: never
};

// The failures that are ordered of the Backend API. Thread-safe.
class ApiFaults final {
 public:
  explicit ApiFaults(const Clock& clock) : clock_(clock) {}

  void Add(ApiFault fault);
  // Also ends the delays under way.
  void Clear();
  [[nodiscard]] std::vector<ApiFault> List();

  // Waits and fails as the first fault orders that fits; nothing if the call shall be answered as usual.
  [[nodiscard]] std::optional<HttpResponse> Meet(const HttpRequest& request);

 private:
  void ForgetExpired();  // with mutex_ held

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable cleared_;
  std::uint64_t clears_ = 0;
  std::vector<ApiFault> faults_;
};

// Whether the pattern, in which * stands for any text, is the whole of `text`.
[[nodiscard]] bool MatchesPattern(std::string_view pattern, std::string_view text);

}  // namespace inkwell::emulator
