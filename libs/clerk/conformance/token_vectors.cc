#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clerk/token_verifier.h"
#include "commands.h"
#include "members.h"

namespace clerk::conformance {
namespace {

// Stands for the JWKS endpoint: answers what the vector says.
class RecordedEndpoint final : public HttpClient {
 public:
  explicit RecordedEndpoint(HttpResponse response) : response_(std::move(response)) {}

  Result<HttpResponse, HttpError> Send(const HttpRequest& /*request*/) override { return response_; }

 private:
  const HttpResponse response_;
};

RemoteJwks Endpoint(HttpResponse response) {
  RemoteJwks remote;
  remote.url = "https://api.clerk.com/v1/jwks";
  remote.bearer = "sk_test_conformance";
  remote.http = std::make_shared<RecordedEndpoint>(std::move(response));
  remote.max_attempts = 1;
  return remote;
}

TokenVerifierOptions MakeOptions(const Json& options) {
  TokenVerifierOptions result;
  result.jwt_key = NullableText(Member(options, "jwtKey"));
  if (const Json& keys = Member(options, "jwks"); !keys.is_null()) {
    result.remote_jwks = Endpoint(*ReadResponse({{"status", 200}, {"body", keys}}));
  }
  if (auto response = ReadResponse(Member(options, "jwks_response"))) result.remote_jwks = Endpoint(*std::move(response));
  ReadTokenRules(options, result);
  return result;
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
  const std::string level = Text(value, "level");
  const Json& after = Member(value, "afterMinutes");
  const std::int64_t minutes = after.is_number() ? after.get<std::int64_t>() : 0;
  if (level == "first_factor") return Reverification{ReverificationLevel::kFirstFactor, minutes};
  if (level == "second_factor") return Reverification{ReverificationLevel::kSecondFactor, minutes};
  if (level == "multi_factor") return Reverification{ReverificationLevel::kMultiFactor, minutes};
  return kNever;
}

bool Has(const Result<AuthObject>& auth, const Json& params) {
  if (!auth) return false;
  const auto asked = [&](const char* name) {
    const auto* text = Member(params, name).get_ptr<const std::string*>();
    return text != nullptr ? std::optional<std::string_view>(*text) : std::nullopt;
  };
  AuthorizationQuery query{asked("role"), asked("permission"), asked("feature"), asked("plan"), std::nullopt};
  const Json& reverification = Member(params, "reverification");
  if (!reverification.is_null()) query.reverification = MakeReverification(reverification);
  return auth->Has(query);
}

std::string CompareToken(const Json& vector, const SessionToken& token) {
  if (const Json& recorded = Member(vector, "claims"); !recorded.is_null()) {
    const Json claims = Json::parse(token.claims_json(), nullptr, /*allow_exceptions=*/false);
    if (!SameValue(recorded, claims)) return "other claims than recorded";
  }
  if (const Json& recorded = Member(vector, "auth"); !recorded.is_null()) {
    const Json auth = AuthJson(token.auth());
    // The recorded object may leave out what is absent.
    if (!SameValue(WithoutNulls(recorded), WithoutNulls(auth)))
      return "auth: expected " + recorded.dump() + ", got " + auth.dump();
  }
  for (const Json& question : Member(vector, "has")) {
    const bool got = Has(token.auth(), question.at(0));
    if (got != question.at(1).get<bool>()) return "has(" + question.at(0).dump() + "): got " + (got ? "true" : "false");
  }
  return {};
}

}  // namespace

std::string CheckTokenVector(const Json& vector) {
  const FrozenClock clock(std::chrono::milliseconds(vector.at("now_ms").get<std::int64_t>()));
  TokenVerifierOptions options = MakeOptions(Member(vector, "options"));
  options.clock = &clock;
  const auto result = VerifyToken(vector.at("token").get<std::string>(), options);
  const std::string verdict = result ? "ok" : std::string(ToString(result.error().reason));
  const std::string expected = vector.at("verdict").get<std::string>();
  if (!IsAccepted(vector, expected, verdict)) return "expected " + expected + ", got " + verdict;
  return result && expected == "ok" ? CompareToken(vector, *result) : std::string();
}

}  // namespace clerk::conformance
