// clerk::ExplainToken tells the verdict of verifyToken, and blames the check that is the verdict's reason, for every recorded
// token.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "clerk/explain.h"
#include "tests/unit/clerk/fakes.h"

namespace clerk {
namespace {

using nlohmann::json;

std::vector<std::string> Strings(const json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  std::vector<std::string> strings;
  for (const auto& item : value) {
    if (item.is_string()) strings.push_back(item.get<std::string>());
  }
  return strings;
}

TokenVerifierOptions Options(const json& recorded) {
  TokenVerifierOptions options;
  options.jwt_key = recorded.value("jwtKey", "");
  if (recorded.contains("jwks")) options.jwks_json = recorded["jwks"].dump();
  if (recorded.contains("authorizedParties")) options.authorized_parties = Strings(recorded["authorizedParties"]);
  if (recorded.contains("audience")) options.audience = Strings(recorded["audience"]);
  if (recorded.contains("issuer")) options.issuer = Strings(recorded["issuer"]);
  if (recorded.contains("headerType")) options.header_types = Strings(recorded["headerType"]);
  if (recorded.contains("clockSkewInMs") && recorded["clockSkewInMs"].is_number()) {
    options.clock_skew = std::chrono::milliseconds(recorded["clockSkewInMs"].get<std::int64_t>());
  }
  return options;
}

// The checks that may be blamed for a reason.
const std::map<ErrorReason, std::set<std::string_view>>& Blamed() {
  static const std::map<ErrorReason, std::set<std::string_view>> blamed = {
      {ErrorReason::kTokenInvalid, {"form", "class", "typ", "alg"}},
      {ErrorReason::kJwkFailedToResolve, {"key source"}},
      {ErrorReason::kJwkKidMismatch, {"key"}},
      {ErrorReason::kTokenInvalidAlgorithm, {"alg"}},
      {ErrorReason::kTokenVerificationFailed, {"key fits", "sub", "aud", "exp", "nbf", "iat"}},
      {ErrorReason::kTokenInvalidSignature, {"signature"}},
      {ErrorReason::kTokenInvalidAuthorizedParties, {"azp"}},
      {ErrorReason::kTokenInvalidIssuer, {"iss"}},
      {ErrorReason::kTokenExpired, {"exp"}},
      {ErrorReason::kTokenNotActiveYet, {"nbf"}},
      {ErrorReason::kTokenIatInTheFuture, {"iat"}},
  };
  return blamed;
}

TEST(ExplainVectorsTest, BlamesTheCheckThatRefusesTheToken) {
  std::ifstream file(TOKEN_VECTORS);
  ASSERT_TRUE(file);
  int explained = 0;
  for (std::string line; std::getline(file, line);) {
    const json vector = json::parse(line);
    if (vector["options"].contains("jwks_response")) continue;  // about fetching keys, which explaining never does
    const std::string name = vector["name"];
    const auto token = vector["token"].get<std::string>();
    TokenVerifierOptions options = Options(vector["options"]);
    testing::FakeClock clock;
    clock.SetNow(std::chrono::system_clock::time_point(std::chrono::milliseconds(vector["now_ms"].get<std::int64_t>())));
    options.clock = &clock;

    const auto verdict = VerifyToken(token, options);
    const auto explanation = ExplainToken(token, options);
    const auto failed = std::find_if(explanation.checks.begin(), explanation.checks.end(),
                                     [](const ExplainedCheck& check) { return check.outcome == CheckOutcome::kFailed; });
    EXPECT_EQ(explanation.refusal, verdict ? std::nullopt : std::optional(verdict.error().reason)) << name;
    if (verdict) {
      EXPECT_EQ(failed, explanation.checks.end()) << name << ": " << failed->name;
    } else if (failed == explanation.checks.end()) {
      ADD_FAILURE() << name << ": nothing is blamed for " << ToString(verdict.error().reason);
    } else {
      EXPECT_TRUE(Blamed().at(verdict.error().reason).contains(failed->name)) << name << ": " << failed->name;
    }
    for (const auto& check : explanation.checks) {
      EXPECT_EQ((check.detail + check.advice).find(token.substr(0, 40)), token.empty() ? 0 : std::string::npos) << name;
    }
    ++explained;
  }
  EXPECT_GT(explained, 0);
}

}  // namespace
}  // namespace clerk
