#pragma once

#include <string>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::users {

// The Clerk instance that the secret key belongs to. A port: clerk_api.h asks the Backend API. Thread-safe; blocks until its
// deadline.
class ClerkInstance {
 public:
  virtual ~ClerkInstance() = default;

  // `ins_…`. Errors: UNAVAILABLE / CLERK_UNAVAILABLE.
  [[nodiscard]] virtual runtime::Result<std::string> InstanceId(runtime::Deadline deadline) = 0;
  // The ids of the keys that its tokens are signed with now (`kid`): usually the instance's id, another one after a rotation.
  // Errors: UNAVAILABLE / CLERK_UNAVAILABLE.
  [[nodiscard]] virtual runtime::Result<std::vector<std::string>> KeyIds(runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::users
