#include <array>
#include <string>

#include "clerk/explain.h"
#include "encoding/json.h"
#include "explain/token_case.h"

namespace clerk {
namespace explain {
namespace {

struct Check {
  int number;
  std::string_view name;
  Finding (*run)(const TokenCase& the);
};

constexpr std::array kChecks = {
    Check{1, "form", CheckForm},
    Check{3, "class", CheckClass},
    Check{4, "key source", CheckKeySource},
    Check{5, "key", CheckKey},
    Check{6, "typ", CheckType},
    Check{7, "alg", CheckAlgorithm},
    Check{8, "key fits", CheckKeyFits},
    Check{9, "signature", CheckSignature},
    Check{10, "sub", CheckSubject},
    Check{11, "aud", CheckAudience},
    Check{12, "azp", CheckParty},
    Check{13, "iss", CheckIssuer},
    Check{14, "exp", CheckExpiry},
    Check{15, "nbf", CheckNotBefore},
    Check{16, "iat", CheckIssuedAt},
};

const Clock& ClockOf(const TokenVerifierOptions& options) { return options.clock ? *options.clock : Clock::System(); }

std::vector<std::string> KeyIds(std::string_view jwks) {
  std::vector<std::string> ids;
  const auto set = encoding::ParseJson(jwks);
  const auto* keys = set ? encoding::Member(*set, "keys") : nullptr;
  if (keys == nullptr || !keys->is_array()) return ids;
  for (const auto& key : *keys) {
    if (auto id = encoding::OptionalString(key, "kid")) ids.push_back(std::move(*id));
  }
  return ids;
}

// The verdict and the checks must be of one moment.
class FrozenClock final : public Clock {
 public:
  explicit FrozenClock(const Clock& clock) : now_(clock.Now()), steady_now_(clock.SteadyNow()) {}
  std::chrono::system_clock::time_point Now() const override { return now_; }
  std::chrono::steady_clock::time_point SteadyNow() const override { return steady_now_; }
  void SleepFor(std::chrono::milliseconds /*pause*/) const override {}

 private:
  const std::chrono::system_clock::time_point now_;
  const std::chrono::steady_clock::time_point steady_now_;
};

}  // namespace

TokenCase::TokenCase(std::string_view the_token, const TokenVerifierOptions& the_options)
    : token(the_token),
      options(the_options),
      rules{options.authorized_parties, options.audience, options.issuer, options.clock_skew, options.header_types},
      now(ClockOf(options).Now()),
      decoded(jwt::DecodeJwt(token)) {
  if (!options.jwt_key.empty()) {
    key = jwt::ParsePemKey(options.jwt_key);
    return;
  }
  key_set = tokens::KeySet::Parse(options.jwks_json);
  key_ids = KeyIds(options.jwks_json);
  const auto kid = decoded ? decoded->Header("kid").string() : std::nullopt;
  if (key_set == nullptr || !kid) return;
  if (const auto* found = key_set->Find(*kid)) key = *found;
}

}  // namespace explain

TokenExplanation ExplainToken(std::string_view token, const TokenVerifierOptions& options) {
  TokenVerifierOptions offline = options;
  offline.remote_jwks.reset();
  const explain::FrozenClock clock(explain::ClockOf(options));
  offline.clock = &clock;

  TokenExplanation explanation;
  if (const auto verdict = VerifyToken(token, offline); !verdict) explanation.refusal = verdict.error().reason;
  const explain::TokenCase the(token, offline);
  for (const auto& check : explain::kChecks) {
    auto finding = check.number == 1 || the.decoded ? check.run(the) : explain::Finding{CheckOutcome::kNotPossible};
    explanation.checks.push_back(
        {check.number, check.name, finding.outcome, std::move(finding.detail), std::move(finding.advice)});
  }
  return explanation;
}

}  // namespace clerk
