#include "tokens/claim_rules.h"

#include <algorithm>
#include <string_view>

namespace clerk::tokens {
namespace {

using encoding::Json;
using encoding::Member;
using encoding::StringMember;

// The `cat` of machine-to-machine tokens: signed by the same key, but not the token of a user's session.
constexpr std::string_view kMachineTokenCategory = "cl_B7d4PD333AAA";

Error Fail(ErrorReason reason, const char* message) { return {reason, message}; }

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool HasAcceptedType(const Json& header, const ClaimRules& rules) {
  if (Member(header, "typ") == nullptr) return !rules.header_types;
  const std::string* type = StringMember(header, "typ");
  if (type == nullptr) return false;
  return rules.header_types ? Contains(*rules.header_types, *type) : *type == "JWT";
}

// An audience that is absent, null, "", 0, false or a list of nothing else is as good as none.
bool IsEmptyAudience(const Json* audience) {
  if (audience == nullptr || !audience->is_array()) return !encoding::IsTruthy(audience);
  return std::none_of(audience->begin(), audience->end(), [](const Json& item) { return encoding::IsTruthy(&item); });
}

bool HasAcceptedAudience(const Json& claims, const std::vector<std::string>& accepted) {
  const bool unrestricted = std::all_of(accepted.begin(), accepted.end(), [](const auto& entry) { return entry.empty(); });
  const Json* audience = Member(claims, "aud");
  if (unrestricted || IsEmptyAudience(audience)) return true;
  if (const auto* text = audience->get_ptr<const std::string*>()) return Contains(accepted, *text);
  if (!audience->is_array()) return false;
  const bool all_strings = std::all_of(audience->begin(), audience->end(), [](const Json& item) { return item.is_string(); });
  return all_strings && std::any_of(audience->begin(), audience->end(), [&](const Json& item) {
           const auto& text = item.get_ref<const std::string&>();
           return !text.empty() && Contains(accepted, text);
         });
}

bool HasAuthorizedParty(const Json& claims, const std::vector<std::string>& accepted) {
  if (accepted.empty()) return true;
  const std::string* party = StringMember(claims, "azp");
  return party != nullptr && !party->empty() && Contains(accepted, *party);
}

bool HasAcceptedIssuer(const Json& claims, const std::vector<std::string>& accepted) {
  if (accepted.empty()) return true;
  const std::string* issuer = StringMember(claims, "iss");
  return issuer != nullptr && Contains(accepted, *issuer);
}

// Seconds that can be told in 64 bits of milliseconds. What lies beyond is no time: Clerk's SDKs let it pass by accident.
std::optional<std::int64_t> Seconds(const Json& value) {
  constexpr std::int64_t kMax = INT64_MAX / 1000;
  const auto seconds = encoding::ToInteger(value);
  if (!seconds || *seconds > kMax || *seconds < -kMax) return std::nullopt;
  return seconds;
}

// An absent claim is fine; one that is present must be a time, and null is not.
bool ReadOptionalTime(const Json& claims, std::string_view name, std::optional<std::int64_t>& time) {
  const Json* claim = Member(claims, name);
  if (claim == nullptr) return true;
  time = Seconds(*claim);
  return time.has_value();
}

std::chrono::milliseconds Milliseconds(std::int64_t seconds) { return std::chrono::milliseconds(seconds * 1000); }

Result<TimeWindow> ReadTimes(const Json& claims, const ClaimRules& rules, std::chrono::system_clock::time_point now) {
  TimeWindow window;
  const Json* expiry = Member(claims, "exp");
  const auto expires_at = expiry == nullptr ? std::nullopt : Seconds(*expiry);
  if (!expires_at) return Fail(ErrorReason::kTokenVerificationFailed, "The claim exp is not a time.");
  window.expires_at = *expires_at;
  if (const auto reason = window.Refuses(now, rules.clock_skew)) return Fail(*reason, "The token has expired.");

  if (!ReadOptionalTime(claims, "nbf", window.not_before)) {
    return Fail(ErrorReason::kTokenVerificationFailed, "The claim nbf is not a time.");
  }
  if (const auto reason = window.Refuses(now, rules.clock_skew)) return Fail(*reason, "The token is not valid yet.");

  if (!ReadOptionalTime(claims, "iat", window.issued_at)) {
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

Result<void> CheckCategory(const Json& header) {
  const std::string* category = StringMember(header, "cat");
  if (category != nullptr && *category == kMachineTokenCategory) {
    return Fail(ErrorReason::kTokenInvalid, "A machine token is not a session token.");
  }
  return {};
}

Result<jwt::Algorithm> CheckHeader(const Json& header, const ClaimRules& rules) {
  if (!HasAcceptedType(header, rules)) return Fail(ErrorReason::kTokenInvalid, "The header's typ is not accepted.");
  if (Member(header, "crit") != nullptr) {
    return Fail(ErrorReason::kTokenInvalid, "The token demands an extension that is not known.");
  }
  const std::string* name = StringMember(header, "alg");
  const auto algorithm = name == nullptr ? std::nullopt : jwt::ParseAlgorithm(*name);
  if (!algorithm) return Fail(ErrorReason::kTokenInvalidAlgorithm, "The header's alg is not RS256, RS384 or RS512.");
  return *algorithm;
}

Result<TimeWindow> CheckClaims(const Json& claims, const ClaimRules& rules, std::chrono::system_clock::time_point now) {
  if (StringMember(claims, "sub") == nullptr) {
    return Fail(ErrorReason::kTokenVerificationFailed, "The claim sub is not a string.");
  }
  if (!HasAcceptedAudience(claims, rules.audience)) {
    return Fail(ErrorReason::kTokenVerificationFailed, "The claim aud is not an accepted audience.");
  }
  if (!HasAuthorizedParty(claims, rules.authorized_parties)) {
    return Fail(ErrorReason::kTokenInvalidAuthorizedParties, "The claim azp is missing or not an authorized party.");
  }
  if (!HasAcceptedIssuer(claims, rules.issuer)) {
    return Fail(ErrorReason::kTokenInvalidIssuer, "The claim iss is not an accepted issuer.");
  }
  return ReadTimes(claims, rules, now);
}

}  // namespace clerk::tokens
