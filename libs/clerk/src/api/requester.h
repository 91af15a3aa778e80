#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clerk/api_error.h"
#include "clerk/backend_client.h"
#include "encoding/json.h"

namespace clerk::api {

// One call of the Backend API, described.
struct Call {
  std::string_view method{};
  std::vector<std::string_view> path{};  // segments, sent percent-encoded; an empty or dangerous one fails before any call
  std::vector<std::pair<std::string, std::string>> query{};  // "" is not sent (contract, section 9.1)
  std::optional<encoding::Json> body{};
};

// The one way from the resources to the network: headers, deadlines, retries, errors (contract, section 9). Thread-safe.
class Requester final {
 public:
  // `options` are valid; `options.http` and `options.clock` are set.
  explicit Requester(BackendClientOptions options) : options_(std::move(options)) {}

  // The JSON of a success; null for an answer without a body.
  [[nodiscard]] ApiResult<encoding::Json> Send(const Call& call, const CallOptions& call_options) const;

 private:
  [[nodiscard]] std::optional<HttpRequest> MakeRequest(const Call& call) const;

  const BackendClientOptions options_;
};

}  // namespace clerk::api
