#include "clerk/api/jwks.h"

#include <utility>

#include "api/reply.h"
#include "api/requester.h"

namespace clerk {

JwksApi::JwksApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<Jwks> JwksApi::Get(const CallOptions& options) const {
  const auto reply = requester_->Run("jwks.getJwks", encoding::Json::array(), options);
  if (!reply) return reply.error();
  const encoding::Json* keys = encoding::Member(*reply, "keys");
  if (keys == nullptr || !keys->is_array()) return api::MalformedReply("The answer is not a key set.");
  Jwks jwks;
  for (const auto& key : *keys) {
    if (auto id = encoding::OptionalString(key, "kid")) jwks.key_ids.push_back(std::move(*id));
  }
  jwks.json = encoding::CanonicalText(*reply);
  return jwks;
}

}  // namespace clerk
