#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>

#include "api/request_plan.h"
#include "clerk/api/operations.h"
#include "clerk/api_error.h"
#include "clerk/backend_client.h"
#include "encoding/json.h"

namespace clerk::api {

// The one way from the resources to the network: headers, keys, deadlines, retries, errors (contract, section 9). Thread-safe.
class Requester final {
 public:
  // `options` are valid; `options.http` and `options.clock` are set.
  explicit Requester(BackendClientOptions options) : options_(std::move(options)) {}

  // Calls the operation with a JSON array of arguments. The JSON of the last answer as Clerk sent it, null if it has no body; of
  // an operation that counts apart, {"data": […], "total_count": n}.
  [[nodiscard]] ApiResult<encoding::Json> Run(OperationName operation, const encoding::Json& arguments,
                                              const CallOptions& call_options, const UploadFile* file = nullptr) const;

  [[nodiscard]] const BackendClientOptions& options() const { return options_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // The key that the request is sent with, or "".
  [[nodiscard]] const std::string& KeyFor(const Operation& operation, const PlannedRequest& planned) const;
  [[nodiscard]] HttpRequest MakeRequest(const Operation& operation, const PlannedRequest& planned) const;
  [[nodiscard]] ApiResult<encoding::Json> Send(const Operation& operation, const PlannedRequest& planned, SteadyTime deadline,
                                               const std::stop_token& cancel) const;
  // Pauses between two attempts; false if the call was cancelled meanwhile.
  [[nodiscard]] bool Pause(std::chrono::milliseconds pause, const std::stop_token& cancel) const;

  const BackendClientOptions options_;
};

}  // namespace clerk::api
