#include "gateway/limits/rate_limits.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>
#include <utility>

#include "gateway/http/problem.h"
#include "gateway/http/response.h"
#include "gateway/limits/ip_network.h"

namespace inkwell::gateway {
namespace {

// Rounded up: who waits that long does not come too early.
std::string WholeSeconds(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count());
}

// Orchestrators ask these, and more often when things go badly.
bool IsProbe(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == "/livez" || path == "/readyz";
}

std::string KeyOfAddress(std::string_view address) {
  const auto parsed = IpAddress::Parse(address);
  return parsed ? parsed->ClientKey() : std::string(address);
}

}  // namespace

struct RateLimits::Limit {
  TokenBuckets buckets;
  prometheus::Counter& refused;
};

RateLimits::RateLimits(const RateLimitOptions& options, TokenBuckets::SteadyClock clock,
                       std::shared_ptr<prometheus::Registry> metrics)
    : metrics_(std::move(metrics)) {
  auto& refused = prometheus::BuildCounter()
                      .Name("inkwell_gateway_rate_limited_total")
                      .Help("Requests that were answered 429, by what was limited")
                      .Register(*metrics_);
  const auto make = [&](std::int64_t per_second, const char* of) -> std::unique_ptr<Limit> {
    prometheus::Counter& refused_by_it = refused.Add({{"limit", of}});
    if (per_second == 0) return nullptr;
    return std::unique_ptr<Limit>(new Limit{TokenBuckets(per_second, clock), refused_by_it});
  };
  user_ = make(options.per_user, "user");
  address_ = make(options.per_address, "address");
}

RateLimits::~RateLimits() = default;

SessionHandler RateLimits::Guard(SessionHandler next) {
  if (!user_) return next;
  return [limit = user_.get(), next = std::move(next)](const RequestInfo& request, const SessionUser& user, Reply reply) {
    if (Admit(*limit, user.id, reply)) next(request, user, std::move(reply));
  };
}

RequestScreen RateLimits::Screen() {
  if (!address_) return nullptr;
  return [limit = address_.get()](const RequestInfo& request, Reply& reply) {
    return IsProbe(request.target()) || Admit(*limit, KeyOfAddress(request.client_address()), reply);
  };
}

bool RateLimits::Admit(Limit& limit, std::string_view key, Reply& reply) {
  const TokenBuckets::Verdict verdict = limit.buckets.Take(key);
  reply.SetHeader({"RateLimit-Limit", std::to_string(limit.buckets.capacity())});
  reply.SetHeader({"RateLimit-Remaining", std::to_string(verdict.remaining)});
  reply.SetHeader({"RateLimit-Reset", WholeSeconds(verdict.full_in)});
  if (verdict.admitted) return true;
  limit.refused.Increment();
  reply.SetHeader({"Retry-After", WholeSeconds(verdict.token_in)});
  std::move(reply).Fail(Problem{429, "RATE_LIMITED", "Too many requests. Wait as long as Retry-After says."});
  return false;
}

}  // namespace inkwell::gateway
