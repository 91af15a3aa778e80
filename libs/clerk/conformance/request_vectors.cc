#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clerk/request_authenticator.h"
#include "commands.h"
#include "members.h"
#include "recorded_api.h"

namespace clerk::conformance {
namespace {

TokenType TypeNamed(const std::string& name) {
  for (const auto type : {TokenType::kApiKey, TokenType::kM2mToken, TokenType::kOauthToken}) {
    if (ToString(type) == name) return type;
  }
  return TokenType::kSessionToken;
}

AcceptedTokens Accepted(const Json& options) {
  const Json& accepted = Member(options, "acceptsToken");
  if (accepted.is_null()) return {};
  if (accepted == "any") return AcceptedTokens::Any();
  if (accepted.is_string()) return AcceptedTokens::Only(TypeNamed(accepted.get<std::string>()));
  std::vector<TokenType> types;
  for (const Json& name : accepted) types.push_back(TypeNamed(name.get<std::string>()));
  return AcceptedTokens::AnyOf(std::move(types));
}

AuthenticateRequestOptions MakeOptions(const Json& json) {
  AuthenticateRequestOptions options;
  options.publishable_key = Text(json, "publishableKey");
  options.secret_key = Text(json, "secretKey");
  options.machine_secret_key = Text(json, "machineSecretKey");
  options.jwt_key = Text(json, "jwtKey");
  options.accepts = Accepted(json);
  ReadTokenRules(json, options);
  options.proxy_url = Text(json, "proxyUrl");
  options.is_satellite = Flag(json, "isSatellite");
  options.domain = Text(json, "domain");
  options.sign_in_url = Text(json, "signInUrl");
  options.satellite_auto_sync = Flag(json, "satelliteAutoSync");
  if (const Json& sync = Member(json, "organizationSyncOptions"); sync.is_object()) {
    options.organization_sync = {Texts(sync, "organizationPatterns"), Texts(sync, "personalAccountPatterns")};
  }
  if (Member(json, "apiUrl").is_string()) options.api_url = Text(json, "apiUrl");
  if (Member(json, "apiVersion").is_string()) options.api_version = Text(json, "apiVersion");
  options.trust_forwarded_headers = true;  // as Clerk's SDK does always
  return options;
}

Json SessionJson(const AuthObject& session) {
  Json json = {{"userId", session.user_id},           {"sessionId", OrNull(session.session_id)},
               {"orgId", OrNull(session.org_id)},     {"orgRole", OrNull(session.org_role)},
               {"orgSlug", OrNull(session.org_slug)}, {"orgPermissions", OrNull(session.org_permissions)}};
  if (session.factor_verification_age) {
    const auto& [first, second] = *session.factor_verification_age;
    json["factorVerificationAge"] = {first, second};
  }
  if (session.actor) json["actor"] = Json::parse(session.actor->json);
  return json;
}

Json MachineJson(const MachineToken& machine) {
  Json json = {{"id", machine.id}, {"subject", machine.subject}, {"scopes", machine.scopes}};
  if (machine.type != TokenType::kOauthToken) {
    json["claims"] = Json::parse(machine.claims_json, nullptr, /*allow_exceptions=*/false);
  }
  if (machine.type == TokenType::kApiKey) {
    json["name"] = machine.name;
    json["userId"] = OrNull(machine.user_id());
    json["orgId"] = OrNull(machine.organization_id());
  } else if (machine.type == TokenType::kM2mToken) {
    json["machineId"] = machine.subject;
  } else {
    json["userId"] = OrNull(machine.user_id());
    json["clientId"] = machine.client_id;
  }
  return json;
}

// What toAuth() gives in JavaScript, without its functions. Absent values are null there, or not there at all.
Json AuthJson(const RequestState& state) {
  if (state.status == AuthStatus::kHandshake) return nullptr;
  if (state.session && !state.session->auth()) return {{"throws", true}};
  const Auth auth = state.ToAuth();
  Json json = Json::object();
  if (auth.session != nullptr) json = SessionJson(*auth.session);
  if (auth.machine != nullptr) json = MachineJson(*auth.machine);
  json["tokenType"] = auth.token_type ? Json(std::string(ToString(*auth.token_type))) : Json();
  json["isAuthenticated"] = auth.is_authenticated;
  if (auth.session_status) json["sessionStatus"] = std::string(*auth.session_status);
  return json;
}

bool SameAuth(const Json& recorded, const Json& got) {
  if (!recorded.is_object() || !got.is_object()) return SameValue(recorded, got);
  // The recording leaves out some of what we tell.
  Json told = WithoutNulls(got);
  for (const char* name : {"claims", "factorVerificationAge", "actor"}) {
    if (!recorded.contains(name)) told.erase(name);
  }
  return SameValue(WithoutNulls(recorded), told);
}

struct SortedHeaders {
  Json fields = Json::object();  // by lower-case name, without x-clerk-auth-message
  Json set_cookie = Json::array();
};

SortedHeaders Sort(const std::vector<HttpHeader>& headers) {
  SortedHeaders sorted;
  for (const HttpHeader& header : headers) {
    if (HeaderFields({header}).contains("set-cookie")) sorted.set_cookie.push_back(header.value);
  }
  sorted.fields = HeaderFields(headers);
  for (const char* name : {"set-cookie", "x-clerk-auth-message"}) sorted.fields.erase(name);
  return sorted;
}

std::string Expected(const std::string& what, const Json& recorded, const Json& got) {
  return what + ": expected " + recorded.dump() + ", got " + got.dump();
}

// What `token_returned` says: the text of the header but for its scheme, another text, or none.
Json TokenReturned(const Json& request, const RequestState& state) {
  if (state.token.empty()) return nullptr;
  std::string header = Text(HeaderFields(ReadHeaders(Member(request, "headers"))), "authorization");
  if (header.starts_with("Bearer ")) header.erase(0, 7);
  return state.token == header ? "header" : "other";
}

std::string CompareState(const Json& vector, const RequestState& state) {
  const std::string status(ToString(state.status));
  const Json reason = state.reason.empty() ? Json() : Json(state.reason);
  const Json& recorded_reason = Member(vector, "reason");
  if (vector.at("status") != status || recorded_reason != reason) {
    if (vector.contains("also_accept") && IsAccepted(vector, "", state.reason)) return {};
    return Expected("status and reason", {vector["status"], recorded_reason}, {status, reason});
  }
  const Json type = state.token_type ? Json(std::string(ToString(*state.token_type))) : Json();
  if (vector.value("tokenType", type) != type) return Expected("tokenType", vector["tokenType"], type);
  if (vector.at("isAuthenticated") != state.is_signed_in()) return "isAuthenticated differs";
  if (Member(vector, "has_message") == state.message.empty()) return "message: \"" + state.message + "\"";
  const Json returned = TokenReturned(vector.at("request"), state);
  if (vector.value("token_returned", returned) != returned) return Expected("token_returned", vector["token_returned"], returned);

  const SortedHeaders headers = Sort(state.headers);
  const Json recorded_headers = HeaderFields(ReadHeaders(Member(vector, "headers")));
  if (!SameHeaders(recorded_headers, headers.fields)) return Expected("headers", recorded_headers, headers.fields);
  const Json recorded_cookies = Texts(vector, "set_cookie");
  if (recorded_cookies != headers.set_cookie) return Expected("set_cookie", recorded_cookies, headers.set_cookie);
  const Json auth = AuthJson(state);
  if (vector.contains("auth") && !SameAuth(vector["auth"], auth)) return Expected("auth", vector["auth"], auth);
  return {};
}

Result<RequestState> Authenticate(const Json& vector, const Clock& clock, const std::shared_ptr<RecordedApi>& api) {
  AuthenticateRequestOptions options = MakeOptions(Member(vector, "options"));
  options.clock = &clock;
  options.http = api;
  const auto authenticator = RequestAuthenticator::Create(std::move(options));
  if (!authenticator) return authenticator.error();

  const Json& request = vector.at("request");
  const auto method = request.at("method").get<std::string>();
  const auto url = request.at("url").get<std::string>();
  const auto fields = ReadHeaders(Member(request, "headers"));
  std::vector<HeaderView> headers;
  headers.reserve(fields.size());
  for (const HttpHeader& field : fields) headers.emplace_back(field.name, field.value);
  return authenticator->Authenticate({method, url, headers});
}

}  // namespace

std::string CheckRequestVector(const Json& vector) {
  const FrozenClock clock(std::chrono::milliseconds(vector.at("now_ms").get<std::int64_t>()));
  const auto api = std::make_shared<RecordedApi>(Member(vector, "http"));
  const auto state = Authenticate(vector, clock, api);
  const bool throws = Flag(vector, "throws");
  if (!state) return throws ? std::string() : "an error instead of a state: " + state.error().message;
  if (throws) return "a state instead of an error: " + std::string(ToString(state->status)) + " " + state->reason;
  const std::string calls = api->Difference();
  return calls.empty() ? CompareState(vector, *state) : calls;
}

}  // namespace clerk::conformance
