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

// The public keys that session tokens are verified with.
struct Jwks {
  std::vector<std::string> key_ids{};  // the `kid` of every key
  std::string json{};                  // the key set as RFC 7517 has it
};

// The `jwks` resource of the Backend API. Thread-safe; every call blocks until its deadline at most.
class JwksApi final {
 public:
  explicit JwksApi(std::shared_ptr<const api::Requester> requester);

  // GET /jwks. To verify tokens, use TokenVerifier instead: it fetches, keeps and renews the keys by itself.
  [[nodiscard]] ApiResult<Jwks> Get(const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
};

}  // namespace clerk
