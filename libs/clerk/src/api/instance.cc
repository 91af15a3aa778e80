#include "clerk/api/instance.h"

#include <utility>

#include "api/reply.h"
#include "api/requester.h"

namespace clerk {

InstanceApi::InstanceApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<Instance> InstanceApi::Get(const CallOptions& options) const {
  const auto reply = requester_->Run("instance.get", encoding::Json::array(), options);
  if (!reply) return reply.error();
  auto id = encoding::OptionalString(*reply, "id");
  if (!id || id->empty()) return api::MalformedReply("The answer is not an instance.");
  Instance instance;
  instance.id = std::move(*id);
  instance.environment_type = encoding::OptionalString(*reply, "environment_type").value_or("");
  const encoding::Json* origins = encoding::Member(*reply, "allowed_origins");
  if (origins != nullptr && origins->is_array()) {
    for (const auto& origin : *origins) {
      if (origin.is_string()) instance.allowed_origins.push_back(origin.get<std::string>());
    }
  }
  return instance;
}

}  // namespace clerk
