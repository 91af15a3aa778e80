#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clerk/token_verifier.h"
#include "commands.h"

namespace clerk::conformance {
namespace {

// Stands for the JWKS endpoint: answers what the vector says.
class RecordedEndpoint final : public HttpClient {
 public:
  RecordedEndpoint(int status, std::string body) : response_{status, {{"Content-Type", "application/json"}}, std::move(body)} {}

  Result<HttpResponse, HttpError> Send(const HttpRequest& /*request*/) override { return response_; }

 private:
  HttpResponse response_;
};

// A member that is a string or a list of strings.
std::vector<std::string> Strings(const Json& options, const char* name) {
  const auto it = options.find(name);
  if (it == options.end() || it->is_null()) return {};
  if (it->is_array()) return it->get<std::vector<std::string>>();
  const auto text = it->get<std::string>();
  return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
}

RemoteJwks Endpoint(int status, const Json& body) {
  RemoteJwks remote;
  remote.url = "https://api.clerk.com/v1/jwks";
  remote.bearer = "sk_test_conformance";
  remote.http = std::make_shared<RecordedEndpoint>(status, body.is_string() ? body.get<std::string>() : body.dump());
  remote.max_attempts = 1;
  return remote;
}

TokenVerifierOptions MakeOptions(const Json& options) {
  TokenVerifierOptions result;
  if (options.contains("jwtKey")) result.jwt_key = options["jwtKey"].get<std::string>();
  if (options.contains("jwks")) result.remote_jwks = Endpoint(200, options["jwks"]);
  if (options.contains("jwks_response")) {
    const Json& response = options["jwks_response"];
    result.remote_jwks = Endpoint(response.at("status").get<int>(), response.at("body"));
  }
  result.authorized_parties = Strings(options, "authorizedParties");
  result.audience = Strings(options, "audience");
  result.issuer = Strings(options, "issuer");
  if (options.contains("headerType")) result.header_types = Strings(options, "headerType");
  if (options.contains("clockSkewInMs") && options["clockSkewInMs"].is_number()) {
    result.clock_skew = std::chrono::milliseconds(std::llround(options["clockSkewInMs"].get<double>()));
  }
  return result;
}

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json AuthJson(const Result<AuthObject>& auth) {
  if (!auth) return {{"throws", true}};
  Json json = {{"userId", auth->user_id},
               {"sessionId", OrNull(auth->session_id)},
               {"sessionStatus", OrNull(auth->session_status)},
               {"orgId", OrNull(auth->org_id)},
               {"orgRole", OrNull(auth->org_role)},
               {"orgSlug", OrNull(auth->org_slug)},
               {"orgPermissions", OrNull(auth->org_permissions)},
               {"factorVerificationAge", nullptr},
               {"actor", nullptr}};
  if (const auto& ages = auth->factor_verification_age) {
    json["factorVerificationAge"] = {ages->first_factor, ages->second_factor};
  }
  if (auth->actor) json["actor"] = Json::parse(auth->actor->json);
  return json;
}

std::optional<Reverification> MakeReverification(const Json& value) {
  // A preset or level that does not exist is asked for all the same, and nothing satisfies it.
  constexpr Reverification kNever{ReverificationLevel::kSecondFactor, 0};
  if (value.is_string()) return ReverificationPreset(value.get<std::string>()).value_or(kNever);
  const std::string level = value.value("level", "");
  const std::int64_t minutes = value.value("afterMinutes", std::int64_t{0});
  if (level == "first_factor") return Reverification{ReverificationLevel::kFirstFactor, minutes};
  if (level == "second_factor") return Reverification{ReverificationLevel::kSecondFactor, minutes};
  if (level == "multi_factor") return Reverification{ReverificationLevel::kMultiFactor, minutes};
  return kNever;
}

bool Has(const Result<AuthObject>& auth, const Json& params) {
  if (!auth) return false;
  const auto role = params.value("role", "");
  const auto permission = params.value("permission", "");
  const auto feature = params.value("feature", "");
  const auto plan = params.value("plan", "");
  AuthorizationQuery query{role, permission, feature, plan, std::nullopt};
  if (params.contains("reverification")) query.reverification = MakeReverification(params["reverification"]);
  return auth->Has(query);
}

// The recorded auth object may leave out what is absent.
bool SameAuth(const Json& recorded, Json got) {
  for (auto it = got.begin(); it != got.end();) it = it->is_null() && !recorded.contains(it.key()) ? got.erase(it) : ++it;
  return SameValue(recorded, got);
}

std::string CompareToken(const Json& vector, const SessionToken& token) {
  if (vector.contains("claims")) {
    const Json claims = Json::parse(token.claims_json(), nullptr, /*allow_exceptions=*/false);
    if (!SameValue(vector["claims"], claims)) return "other claims than recorded";
  }
  if (vector.contains("auth")) {
    const Json auth = AuthJson(token.auth());
    if (!SameAuth(vector["auth"], auth)) return "auth: expected " + vector["auth"].dump() + ", got " + auth.dump();
  }
  if (vector.contains("has")) {
    for (const Json& question : vector["has"]) {
      const bool got = Has(token.auth(), question.at(0));
      if (got != question.at(1).get<bool>()) return "has(" + question.at(0).dump() + "): got " + (got ? "true" : "false");
    }
  }
  return {};
}

}  // namespace

std::string CheckTokenVector(const Json& vector) {
  const FrozenClock clock(std::chrono::milliseconds(vector.at("now_ms").get<std::int64_t>()));
  TokenVerifierOptions options = MakeOptions(vector.at("options"));
  options.clock = &clock;
  const auto result = VerifyToken(vector.at("token").get<std::string>(), options);
  const std::string verdict = result ? "ok" : std::string(ToString(result.error().reason));
  const std::string expected = vector.at("verdict").get<std::string>();
  if (!IsAccepted(vector, expected, verdict)) return "expected " + expected + ", got " + verdict;
  return result && expected == "ok" ? CompareToken(vector, *result) : std::string();
}

}  // namespace clerk::conformance
