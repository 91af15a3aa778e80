#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/error.h"
#include "clerk/token_verifier.h"

namespace clerk {

enum class CheckOutcome {
  kPassed,
  kFailed,
  kNotAsked,     // the options do not ask for it, for example no authorized parties
  kNotPossible,  // something that it needs is missing, for example the key
};

// One check of verifyToken, as it went or would have gone: those after the first failure are told as well, because a token may
// be wrong in several ways.
struct ExplainedCheck {
  int number = 0;         // its place in the order of checks: the row of the table in the README
  std::string_view name;  // "form", "key", "azp", …
  CheckOutcome outcome = CheckOutcome::kNotPossible;
  std::string detail{};  // what was found
  std::string advice{};  // what to change; "" unless the check failed
};

struct TokenExplanation {
  std::optional<ErrorReason> refusal{};  // what VerifyToken says; nullopt if it accepts the token
  std::vector<ExplainedCheck> checks{};  // in order; the first failed one is the reason of the refusal
};

// Says which checks a session token passes and fails, and what to change, without any network: options.remote_jwks counts as no
// key. For developers and operators. The texts quote protocol values only (kid, alg, typ, azp, iss, aud, times), cleaned and cut;
// they contain neither the token nor the claims that tell about a person. Values of a token whose signature was not verified are
// what anybody may have written.
[[nodiscard]] TokenExplanation ExplainToken(std::string_view token, const TokenVerifierOptions& options);

}  // namespace clerk
