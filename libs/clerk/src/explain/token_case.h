#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/explain.h"
#include "jwt/decoded_jwt.h"
#include "jwt/verification_key.h"
#include "tokens/claim_rules.h"
#include "tokens/key_set.h"

namespace clerk::explain {

// What one check says.
struct Finding {
  CheckOutcome outcome = CheckOutcome::kPassed;
  std::string detail{};
  std::string advice{};
};

// A token, taken apart once, and what it is checked against.
struct TokenCase {
  TokenCase(std::string_view token, const TokenVerifierOptions& options);

  std::string_view token;
  const TokenVerifierOptions& options;
  tokens::ClaimRules rules;
  std::chrono::system_clock::time_point now;
  Result<jwt::DecodedJwt> decoded;
  std::shared_ptr<const tokens::KeySet> key_set;  // null: no usable set is given
  std::vector<std::string> key_ids;               // of the set
  std::optional<jwt::VerificationKey> key;        // the one that the token is to be verified with
};

// The checks, each of one TokenCase whose `decoded` holds a token, except for the first. Numbers are those of verifyToken.
[[nodiscard]] Finding CheckForm(const TokenCase& the);       // 1, 2
[[nodiscard]] Finding CheckClass(const TokenCase& the);      // 3
[[nodiscard]] Finding CheckKeySource(const TokenCase& the);  // 4
[[nodiscard]] Finding CheckKey(const TokenCase& the);        // 5
[[nodiscard]] Finding CheckType(const TokenCase& the);       // 6
[[nodiscard]] Finding CheckAlgorithm(const TokenCase& the);  // 7
[[nodiscard]] Finding CheckKeyFits(const TokenCase& the);    // 8
[[nodiscard]] Finding CheckSignature(const TokenCase& the);  // 9
[[nodiscard]] Finding CheckSubject(const TokenCase& the);    // 10
[[nodiscard]] Finding CheckAudience(const TokenCase& the);   // 11
[[nodiscard]] Finding CheckParty(const TokenCase& the);      // 12
[[nodiscard]] Finding CheckIssuer(const TokenCase& the);     // 13
[[nodiscard]] Finding CheckExpiry(const TokenCase& the);     // 14
[[nodiscard]] Finding CheckNotBefore(const TokenCase& the);  // 15
[[nodiscard]] Finding CheckIssuedAt(const TokenCase& the);   // 16

}  // namespace clerk::explain
