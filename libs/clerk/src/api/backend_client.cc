#include "clerk/backend_client.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "api/requester.h"

namespace clerk {
namespace {

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Error Invalid(const char* message) { return {ErrorReason::kConfigurationInvalid, message}; }

}  // namespace

Result<BackendClient> BackendClient::Create(BackendClientOptions options) {
  if (options.secret_key.empty()) return Invalid("The Backend API needs a secret key.");
  if (!IsPrintable(options.secret_key)) return Invalid("The secret key has a character that no secret key has.");
  while (options.api_url.ends_with('/')) options.api_url.pop_back();
  const std::string_view url = options.api_url;
  if (!IsPrintable(url) || !(url.starts_with("https://") || url.starts_with("http://"))) {
    return Invalid("The API URL is not an http or https URL.");
  }
  if (options.api_version.empty() || !IsPrintable(options.api_version)) return Invalid("The API version is empty or malformed.");
  if (options.user_agent.empty()) options.user_agent = "clerk-cpp/" CLERK_VERSION;
  if (options.user_agent.find_first_of("\r\n") != std::string::npos) return Invalid("The user agent has a line break in it.");
  if (options.http == nullptr) options.http = MakeHttpClient();
  if (options.clock == nullptr) options.clock = &Clock::System();
  return BackendClient(std::make_shared<const api::Requester>(std::move(options)));
}

BackendClient::BackendClient(const std::shared_ptr<const api::Requester>& requester)
    : users_(requester), sessions_(requester), instance_(requester), jwks_(requester) {}

}  // namespace clerk
