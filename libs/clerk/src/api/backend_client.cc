#include "clerk/backend_client.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "api/arguments.h"
#include "api/requester.h"
#include "api/resource_view.h"

namespace clerk {
namespace {

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool IsPathSegment(std::string_view text) { return IsPrintable(text) && text.find_first_of("/?#%") == std::string_view::npos; }

Error Invalid(const char* message) { return {ErrorReason::kConfigurationInvalid, message}; }

ApiResult<std::string> CallWith(const api::Requester& requester, OperationName operation, std::string_view arguments_json,
                                const CallOptions& options, const UploadFile* file) {
  const auto arguments = encoding::ParseJson(arguments_json);
  if (!arguments) return api::InvalidArgument("The arguments of " + std::string(operation->name) + " are not JSON.");
  const auto reply = requester.Run(operation, *arguments, options, file);
  if (!reply) return reply.error();
  return encoding::CanonicalText(api::ViewReply(*operation, *reply));
}

}  // namespace

Result<BackendClient> BackendClient::Create(BackendClientOptions options) {
  if (options.secret_key.empty() && options.machine_secret_key.empty()) return Invalid("The Backend API needs a secret key.");
  if (!IsPrintable(options.secret_key) || !IsPrintable(options.machine_secret_key)) {
    return Invalid("The secret key has a character that no secret key has.");
  }
  while (options.api_url.ends_with('/')) options.api_url.pop_back();
  const std::string_view url = options.api_url;
  if (!IsPrintable(url) || !(url.starts_with("https://") || url.starts_with("http://"))) {
    return Invalid("The API URL is not an http or https URL.");
  }
  if (options.api_version.empty() || !IsPathSegment(options.api_version) || !IsPathSegment(options.machine_api_version)) {
    return Invalid("The API version is empty or malformed.");
  }
  if (options.user_agent.empty()) options.user_agent = "clerk-cpp/" CLERK_VERSION;
  if (options.user_agent.find_first_of("\r\n") != std::string::npos) return Invalid("The user agent has a line break in it.");
  if (options.http == nullptr) options.http = MakeHttpClient();
  if (options.clock == nullptr) options.clock = &Clock::System();
  return BackendClient(std::make_shared<const api::Requester>(std::move(options)));
}

BackendClient::BackendClient(std::shared_ptr<const api::Requester> requester)
    : requester_(std::move(requester)),
      users_(requester_),
      sessions_(requester_),
      organizations_(requester_),
      instance_(requester_),
      jwks_(requester_) {}

ApiResult<std::string> BackendClient::Call(OperationName operation, std::string_view arguments_json,
                                           const CallOptions& options) const {
  return CallWith(*requester_, operation, arguments_json, options, nullptr);
}

ApiResult<std::string> BackendClient::Upload(OperationName operation, std::string_view arguments_json, const UploadFile& file,
                                             const CallOptions& options) const {
  return CallWith(*requester_, operation, arguments_json, options, &file);
}

}  // namespace clerk
