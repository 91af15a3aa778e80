#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "gateway/http/response.h"
#include "runtime/error.h"

namespace inkwell::gateway {

struct UpstreamRequest {
  std::string method;
  std::string target;  // path and query, as sent
  std::vector<HeaderField> headers;
  std::string body;
  std::chrono::steady_clock::time_point deadline;
};

// Header fields exactly as they came; the body with its transfer coding removed and its content coding kept.
struct UpstreamResponse {
  int status = 0;
  std::vector<HeaderField> headers;
  std::string body;
};

enum class UpstreamFailure { kTimeout, kUnreachable, kUnusable, kTooLarge, kOverloaded };

using UpstreamResult = tl::expected<UpstreamResponse, UpstreamFailure>;

// The way to Clerk's Frontend API. Thread-safe; never blocks the caller.
class ClerkUpstream {
 public:
  virtual ~ClerkUpstream() = default;
  // `done` is called once, on any thread.
  virtual void Send(UpstreamRequest request, std::function<void(UpstreamResult)> done) = 0;
};

// Speaks HTTP/1.1 by Boost.Beast on a thread of its own, one connection per exchange. The destructor waits for the exchanges
// under way, each of which has a deadline. `origin` is scheme, host and port without a path; https verifies the certificate.
// Fails with INVALID_ARGUMENT for another origin.
[[nodiscard]] runtime::Result<std::unique_ptr<ClerkUpstream>> MakeClerkUpstream(const std::string& origin);

}  // namespace inkwell::gateway
