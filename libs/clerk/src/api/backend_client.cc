#include "clerk/backend_client.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "api/arguments.h"
#include "api/requester.h"
#include "api/resource_view.h"
#include "request/client_authentication.h"
#include "request/machine_token_json.h"

namespace clerk {
namespace {

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool IsPathSegment(std::string_view text) { return IsPrintable(text) && text.find_first_of("/?#%") == std::string_view::npos; }

Error Invalid(const char* message) { return {ErrorReason::kConfigurationInvalid, message}; }

ApiResult<std::string> CallWith(const api::Requester& requester, OperationName operation, const encoding::Json& arguments,
                                const CallOptions& options, const UploadFile* file) {
  const auto reply = requester.Run(operation, arguments, options, file);
  if (!reply) return reply.error();
  return encoding::CanonicalText(api::ViewReply(*operation, *reply));
}

ApiError NotJson(OperationName operation) {
  return api::InvalidArgument("The arguments of " + std::string(operation->name) + " are not JSON.");
}

// Why a JWT was refused without a call (contract, section 6). That its keys could not be had says nothing about it.
ApiError RefusedToken(const Error& error) {
  const bool unreachable = error.reason == ErrorReason::kJwkRemoteFailedToLoad;
  const auto reason = unreachable ? ErrorReason::kTokenVerificationFailed : error.reason;
  ApiError refused;
  refused.failure = unreachable ? ApiFailure::kUnreachable : ApiFailure::kTokenRefused;
  refused.message = error.message;
  refused.errors.push_back({std::string(ToString(reason)), error.message});
  return refused;
}

// The answer to m2m.verify of a JWT; nullopt if it is no JWT, or the arguments are none.
std::optional<ApiResult<std::string>> VerifyHere(const request::ClientAuthentication& authentication, OperationName operation,
                                                 const encoding::Json& arguments) {
  const auto bound = api::BindArguments(*operation, arguments);
  const std::string* token = bound ? encoding::StringMember(bound->members, "token") : nullptr;
  const auto verified = token != nullptr ? authentication.VerifyM2mJwt(*token) : std::nullopt;
  if (!verified) return std::nullopt;
  if (!*verified) return ApiResult<std::string>(RefusedToken(verified->error()));
  return ApiResult<std::string>(request::M2mTokenText(**verified));
}

}  // namespace

Result<BackendClient> BackendClient::Create(BackendClientOptions options) {
  if (options.secret_key.empty() && options.machine_secret_key.empty() && options.jwt_key.empty()) {
    return Invalid("A client needs a secret key, or a jwt_key to verify tokens only.");
  }
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
  if (options.user_agent.find_first_of("\r\n") != std::string::npos) return Invalid("The user agent has a line break in it.");
  if (options.http == nullptr) options.http = MakeHttpClient();
  if (options.clock == nullptr) options.clock = &Clock::System();
  auto requester = std::make_shared<const api::Requester>(std::move(options));
  auto authentication = request::ClientAuthentication::Create(requester);
  if (!authentication) return authentication.error();
  return BackendClient(std::move(requester), *std::move(authentication));
}

BackendClient::BackendClient(std::shared_ptr<const api::Requester> requester,
                             std::shared_ptr<const request::ClientAuthentication> authentication)
    : requester_(std::move(requester)),
      authentication_(std::move(authentication)),
      users_(requester_),
      sessions_(requester_),
      organizations_(requester_),
      instance_(requester_),
      jwks_(requester_) {}

ApiResult<std::string> BackendClient::Call(OperationName operation, std::string_view arguments_json,
                                           const CallOptions& options) const {
  const auto arguments = encoding::ParseJson(arguments_json);
  if (!arguments) return NotJson(operation);
  if (operation->Is(Operation::kVerifiesJwt)) {
    if (auto verified = VerifyHere(*authentication_, operation, *arguments)) return *std::move(verified);
  }
  return CallWith(*requester_, operation, *arguments, options, nullptr);
}

ApiResult<std::string> BackendClient::Upload(OperationName operation, std::string_view arguments_json, const UploadFile& file,
                                             const CallOptions& options) const {
  const auto arguments = encoding::ParseJson(arguments_json);
  if (!arguments) return NotJson(operation);
  return CallWith(*requester_, operation, *arguments, options, &file);
}

Result<RequestState> BackendClient::AuthenticateRequest(const IncomingRequest& request) const {
  return authentication_->Authenticate(request);
}

Result<RequestState> BackendClient::AuthenticateRequest(const IncomingRequest& request,
                                                        const AuthenticateRequestOptions& options) const {
  return authentication_->Authenticate(request, options);
}

Result<RequestAuthenticator> BackendClient::Authenticator(const AuthenticateRequestOptions& options) const {
  return authentication_->MakeAuthenticator(options);
}

Result<SessionToken> BackendClient::VerifyToken(std::string_view token, const TokenVerifierOptions& options) const {
  return authentication_->VerifyToken(token, options);
}

}  // namespace clerk
