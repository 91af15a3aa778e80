#include <algorithm>
#include <cctype>
#include <limits>
#include <string>

#include "explain/quoting.h"
#include "explain/token_case.h"

namespace clerk::explain {
namespace {

using encoding::JsonValue;
using tokens::ClaimRules;
using tokens::TimeWindow;

using Values = std::vector<std::string>;

Finding Passed(std::string detail) { return {CheckOutcome::kPassed, std::move(detail), {}}; }
Finding Failed(std::string detail, std::string advice) { return {CheckOutcome::kFailed, std::move(detail), std::move(advice)}; }
Finding NotAsked(std::string detail) { return {CheckOutcome::kNotAsked, std::move(detail), {}}; }

std::string Show(const JsonValue& value) {
  if (!value) return "absent";
  if (const auto text = value.string()) return Quote(*text);
  if (!value.is_array()) return "not a string";
  Values items;
  for (const auto& item : value.Elements()) items.emplace_back(item.string().value_or("(not a string)"));
  return "[" + QuoteList(items) + "]";
}

// Whether the claims are refused for the sake of this rule: asked alone, it makes a difference to asking nothing.
bool Refuses(const TokenCase& the, Values ClaimRules::*rule) {
  ClaimRules none;
  none.clock_skew = the.rules.clock_skew;
  ClaimRules one = none;
  one.*rule = the.rules.*rule;
  const auto without = tokens::CheckClaims(*the.decoded, none, the.now);
  const auto with = tokens::CheckClaims(*the.decoded, one, the.now);
  return !with && (without || !(with.error() == without.error()));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (lower.ends_with('/')) lower.pop_back();
  return lower;
}

std::string WithoutScheme(const std::string& origin) {
  const auto at = origin.find("://");
  return at == std::string::npos ? origin : origin.substr(at + 3);
}

std::string WithoutPort(const std::string& origin) {
  const auto at = origin.rfind(':');
  return at == std::string::npos || at + 1 == origin.size() || origin[at + 1] == '/' ? origin : origin.substr(0, at);
}

// In what a value that is not in the list comes close to one that is.
std::string NearMiss(std::string_view value, const Values& accepted) {
  const std::string mine = Lower(value);
  for (const auto& entry : accepted) {
    const std::string other = Lower(entry);
    const char* difference = mine == other                                 ? "case or a slash at the end"
                             : WithoutScheme(mine) == WithoutScheme(other) ? "http and https"
                             : WithoutPort(mine) == WithoutPort(other)     ? "the port"
                                                                           : nullptr;
    if (difference != nullptr) return "It differs from " + Quote(entry) + " in " + difference + " only; compared is every byte. ";
  }
  return {};
}

Finding CheckList(const TokenCase& the, std::string_view claim, Values ClaimRules::*rule, std::string_view unasked,
                  std::string advice) {
  const JsonValue value = the.decoded->Claim(claim);
  const std::string found = std::string(claim) + " is " + Show(value);
  const Values& accepted = the.rules.*rule;
  if (accepted.empty()) return NotAsked(found + "; " + std::string(unasked));
  if (!Refuses(the, rule)) return Passed(found + ".");
  return Failed(found + ", accepted is " + QuoteList(accepted) + ".", NearMiss(value.string().value_or(""), accepted) + advice);
}

// The bounds of a time that can be told in milliseconds, as the claim rules have them.
std::optional<std::int64_t> Time(const JsonValue& value) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / 1000;
  const auto seconds = value.integer();
  return seconds && *seconds <= kMax && *seconds >= -kMax ? seconds : std::nullopt;
}

std::int64_t Seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string Now(const TokenCase& the) {
  return "now is " + FormatTime(Seconds(the.now)) + ", allowed skew " + std::to_string(the.rules.clock_skew.count()) + " ms";
}

// nbf and iat: absent is fine, the future is not.
Finding CheckStart(const TokenCase& the, std::string_view claim, std::optional<std::int64_t> TimeWindow::*member) {
  const JsonValue value = the.decoded->Claim(claim);
  if (!value) return Passed("The token has no " + std::string(claim) + ", which is allowed.");
  const auto start = Time(value);
  if (!start) return Failed("The claim " + std::string(claim) + " is not a time in seconds.", "The token is not from Clerk.");
  TimeWindow window;
  window.expires_at = std::numeric_limits<std::int64_t>::max() / 1000;
  window.*member = start;
  const std::string detail = std::string(claim) + " is " + FormatTime(*start) + "; " + Now(the) + ".";
  if (!window.Refuses(the.now, the.rules.clock_skew)) return Passed(detail);
  return Failed(
      FormatDuration(*start - Seconds(the.now)) + " in the future: " + detail,
      "The clock of this machine is behind: synchronize it (NTP). If it cannot be, raise the allowed clock skew a little.");
}

}  // namespace

Finding CheckSubject(const TokenCase& the) {
  if (the.decoded->Claim("sub").string()) return Passed("sub is there.");
  return Failed("The claim sub is absent or not a string.", "The token is not the token of a user's session.");
}

Finding CheckAudience(const TokenCase& the) {
  return CheckList(the, "aud", &ClaimRules::audience, "no audience is demanded.",
                   "Set the audience in the JWT template or in the session token's claims, or accept this one.");
}

Finding CheckParty(const TokenCase& the) {
  const bool absent = the.decoded->Claim("azp").string().value_or("").empty();
  return CheckList(
      the, "azp", &ClaimRules::authorized_parties,
      "no authorized parties are given, so a page of any origin may have asked for it.",
      absent ? "A token made without a browser has no azp (the Backend API, a native app): leave the authorized parties of "
               "the route that it is for empty."
             : "If this origin is one of your pages, add it to the authorized parties, exactly so. If not, somebody else's "
               "page sent your user's token.");
}

Finding CheckIssuer(const TokenCase& the) {
  return CheckList(the, "iss", &ClaimRules::issuer, "no issuer is demanded.",
                   "The issuer is the Frontend API of the instance: compare it with the host in the publishable key.");
}

Finding CheckExpiry(const TokenCase& the) {
  const auto expires_at = Time(the.decoded->Claim("exp"));
  if (!expires_at) return Failed("The claim exp is absent or not a time in seconds.", "The token is not from Clerk.");
  TimeWindow window;
  window.expires_at = *expires_at;
  const std::string detail = "exp is " + FormatTime(*expires_at) + "; " + Now(the) + ".";
  if (!window.Refuses(the.now, the.rules.clock_skew)) return Passed(detail);
  const std::int64_t late = Seconds(the.now) - *expires_at;
  return Failed(
      "Expired " + FormatDuration(late) + " ago: " + detail,
      late < 60 ? "Either the clock of this machine is ahead (synchronize it, NTP), or the client sends a token that it kept: it "
                  "has to call getToken() for every request."
                : "A session token lives for 60 s: the client has to call getToken() for every request and not keep the "
                  "result. A page gets a new one by the handshake.");
}

Finding CheckNotBefore(const TokenCase& the) { return CheckStart(the, "nbf", &TimeWindow::not_before); }

Finding CheckIssuedAt(const TokenCase& the) { return CheckStart(the, "iat", &TimeWindow::issued_at); }

}  // namespace clerk::explain
