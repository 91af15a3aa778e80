#include "tokens/claim_rules.h"

#include <algorithm>
#include <string_view>

namespace clerk::tokens {
namespace {

using encoding::JsonValue;
using jwt::DecodedJwt;

// The `cat` of machine-to-machine tokens: signed by the same key, but not the token of a user's session.
constexpr std::string_view kMachineTokenCategory = "cl_B7d4PD333AAA";

Error Fail(ErrorReason reason, const char* message) { return {reason, message}; }

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool HasAcceptedType(const DecodedJwt& token, const ClaimRules& rules) {
  const JsonValue type = token.Header("typ");
  if (!type) return !rules.header_types;
  const auto name = type.string();
  if (!name) return false;
  return rules.header_types ? Contains(*rules.header_types, *name) : *name == "JWT";
}

bool HasAcceptedAudience(const JsonValue& audience, const std::vector<std::string>& accepted) {
  const bool unrestricted = std::all_of(accepted.begin(), accepted.end(), [](const auto& entry) { return entry.empty(); });
  // An audience that is absent, null, "", 0, false or a list of nothing else is as good as none.
  if (unrestricted || !audience.truthy()) return true;
  if (const auto text = audience.string()) return Contains(accepted, *text);
  if (!audience.is_array()) return false;
  const auto items = audience.Elements();
  if (std::none_of(items.begin(), items.end(), [](const JsonValue& item) { return item.truthy(); })) return true;
  const bool all_strings =
      std::all_of(items.begin(), items.end(), [](const JsonValue& item) { return item.string().has_value(); });
  return all_strings && std::any_of(items.begin(), items.end(), [&](const JsonValue& item) {
           return !item.string()->empty() && Contains(accepted, *item.string());
         });
}

bool HasAuthorizedParty(const JsonValue& party, const std::vector<std::string>& accepted) {
  if (accepted.empty()) return true;
  const auto text = party.string();
  return text && !text->empty() && Contains(accepted, *text);
}

bool HasAcceptedIssuer(const JsonValue& issuer, const std::vector<std::string>& accepted) {
  if (accepted.empty()) return true;
  const auto text = issuer.string();
  return text && Contains(accepted, *text);
}

// Seconds that can be told in 64 bits of milliseconds. What lies beyond is no time: Clerk's SDKs let it pass by accident.
std::optional<std::int64_t> Seconds(const JsonValue& value) {
  constexpr std::int64_t kMax = INT64_MAX / 1000;
  const auto seconds = value.integer();
  if (!seconds || *seconds > kMax || *seconds < -kMax) return std::nullopt;
  return seconds;
}

// An absent claim is fine; one that is present must be a time, and null is not.
bool ReadOptionalTime(const JsonValue& claim, std::optional<std::int64_t>& time) {
  if (!claim) return true;
  time = Seconds(claim);
  return time.has_value();
}

std::chrono::milliseconds Milliseconds(std::int64_t seconds) { return std::chrono::milliseconds(seconds * 1000); }

Result<TimeWindow> ReadTimes(const DecodedJwt& token, const ClaimRules& rules, std::chrono::system_clock::time_point now) {
  TimeWindow window;
  const auto expires_at = Seconds(token.Claim("exp"));
  if (!expires_at) return Fail(ErrorReason::kTokenVerificationFailed, "The claim exp is not a time.");
  window.expires_at = *expires_at;
  if (const auto reason = window.Refuses(now, rules.clock_skew)) return Fail(*reason, "The token has expired.");

  if (!ReadOptionalTime(token.Claim("nbf"), window.not_before)) {
    return Fail(ErrorReason::kTokenVerificationFailed, "The claim nbf is not a time.");
  }
  if (const auto reason = window.Refuses(now, rules.clock_skew)) return Fail(*reason, "The token is not valid yet.");

  if (!ReadOptionalTime(token.Claim("iat"), window.issued_at)) {
    return Fail(ErrorReason::kTokenVerificationFailed, "The claim iat is not a time.");
  }
  if (const auto reason = window.Refuses(now, rules.clock_skew)) {
    return Fail(*reason, "The token was issued in the future. Check the clock of this machine.");
  }
  return window;
}

}  // namespace

std::optional<ErrorReason> TimeWindow::Refuses(std::chrono::system_clock::time_point now, std::chrono::milliseconds skew) const {
  const auto now_ms = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  if (Milliseconds(expires_at) <= now_ms - skew) return ErrorReason::kTokenExpired;
  if (not_before && Milliseconds(*not_before) > now_ms + skew) return ErrorReason::kTokenNotActiveYet;
  if (issued_at && Milliseconds(*issued_at) > now_ms + skew) return ErrorReason::kTokenIatInTheFuture;
  return std::nullopt;
}

Result<void> CheckCategory(const DecodedJwt& token) {
  if (token.Header("cat").string() == kMachineTokenCategory) {
    return Fail(ErrorReason::kTokenInvalid, "A machine token is not a session token.");
  }
  return {};
}

Result<void> CheckType(const DecodedJwt& token, const ClaimRules& rules) {
  if (!HasAcceptedType(token, rules)) return Fail(ErrorReason::kTokenInvalid, "The header's typ is not accepted.");
  return {};
}

Result<TimeWindow> CheckClaims(const DecodedJwt& token, const ClaimRules& rules, std::chrono::system_clock::time_point now) {
  if (!token.Claim("sub").string()) return Fail(ErrorReason::kTokenVerificationFailed, "The claim sub is not a string.");
  if (!HasAcceptedAudience(token.Claim("aud"), rules.audience)) {
    return Fail(ErrorReason::kTokenVerificationFailed, "The claim aud is not an accepted audience.");
  }
  if (!HasAuthorizedParty(token.Claim("azp"), rules.authorized_parties)) {
    return Fail(ErrorReason::kTokenInvalidAuthorizedParties, "The claim azp is missing or not an authorized party.");
  }
  if (!HasAcceptedIssuer(token.Claim("iss"), rules.issuer)) {
    return Fail(ErrorReason::kTokenInvalidIssuer, "The claim iss is not an accepted issuer.");
  }
  return ReadTimes(token, rules, now);
}

}  // namespace clerk::tokens
