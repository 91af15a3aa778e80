#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clerk/api/call_options.h"
#include "clerk/api_error.h"

namespace clerk {

namespace api {
class Requester;
}

// What the secret key belongs to.
struct Instance {
  std::string id{};                // ins_…; also the `kid` of the instance's session tokens
  std::string environment_type{};  // "development" or "production"
  std::vector<std::string> allowed_origins{};
};

// The `instance` resource of the Backend API. Thread-safe; every call blocks until its deadline at most.
class InstanceApi final {
 public:
  explicit InstanceApi(std::shared_ptr<const api::Requester> requester);

  // GET /instance
  [[nodiscard]] ApiResult<Instance> Get(const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
};

}  // namespace clerk
