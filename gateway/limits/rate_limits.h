#pragma once

#include <memory>
#include <string_view>

#include "gateway/auth/session_handler.h"
#include "gateway/http/route.h"
#include "gateway/limits/rate_limit_options.h"
#include "gateway/limits/token_buckets.h"

namespace prometheus {
class Counter;
class Registry;
}  // namespace prometheus

namespace inkwell::gateway {

// How fast one signed-in user and one client address may ask. Beyond that the answer is 429 `RATE_LIMITED` with Retry-After.
// Answers to limited requests say where their sender stands, in RateLimit-Limit, -Remaining and -Reset
// (draft-ietf-httpapi-ratelimit-headers-03): of the user's limit where there is one, else of the address's. Thread-safe; never
// blocks.
class RateLimits final {
 public:
  RateLimits(const RateLimitOptions& options, TokenBuckets::SteadyClock clock, std::shared_ptr<prometheus::Registry> metrics);
  ~RateLimits();

  // Counts requests by user before `next` gets them. This must outlive what it returns.
  [[nodiscard]] SessionHandler Guard(SessionHandler next);
  // Counts requests by address, all but those of probes. This must outlive what it returns. Null if addresses are not limited.
  [[nodiscard]] RequestScreen Screen();

 private:
  struct Limit;

  static bool Admit(Limit& limit, std::string_view key, Reply& reply);

  const std::shared_ptr<prometheus::Registry> metrics_;  // also owned by main; keeps the counters alive
  std::unique_ptr<Limit> user_;                          // null: no limit
  std::unique_ptr<Limit> address_;                       // null: no limit
};

}  // namespace inkwell::gateway
