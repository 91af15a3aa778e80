#include "clerk/token_verifier.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::FakeClock;
using testing::SessionClaims;
using testing::TokenSigner;

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierOptions Options() const {
    TokenVerifierOptions options;
    options.jwt_key = signer_.Pem();
    options.clock = &clock_;
    return options;
  }

  json Claims() const { return SessionClaims(clock_.NowSeconds()); }
  json ClaimsWith(const char* name, const json& value) const {
    json claims = Claims();
    claims[name] = value;
    return claims;
  }

  // "ok" or the reason.
  std::string Verdict(const std::string& token, const TokenVerifierOptions& options) const {
    const auto verifier = TokenVerifier::Create(options);
    if (!verifier) return std::string(ToString(verifier.error().reason));
    const auto result = verifier->Verify(token);
    return result ? "ok" : std::string(ToString(result.error().reason));
  }
  std::string Verdict(const std::string& token) const { return Verdict(token, Options()); }
  std::string ClaimsVerdict(const json& claims) const { return Verdict(signer_.Sign(claims)); }

  const TokenSigner& signer_ = TokenSigner::First();
  FakeClock clock_;
};

TEST_F(TokenVerifierTest, AcceptsAGenuineTokenAndTellsItsClaims) {
  const auto verifier = TokenVerifier::Create(Options());
  ASSERT_TRUE(verifier);
  const auto token = verifier->Verify(signer_.Sign(Claims()));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->user_id(), "user_1");
  EXPECT_EQ(token->session_id(), "sess_1");
  EXPECT_EQ(token->key_id(), "ins_first");
  EXPECT_EQ(token->issuer(), "https://clerk.example.com");
  EXPECT_EQ(token->authorized_party(), "https://app.example.com");
  EXPECT_EQ(token->expires_at().time_since_epoch().count(), clock_.NowSeconds() + 60);
  EXPECT_EQ(token->issued_at()->time_since_epoch().count(), clock_.NowSeconds());
  EXPECT_FALSE(token->is_pending());
  EXPECT_EQ(json::parse(token->claims_json()), Claims());
}

TEST_F(TokenVerifierTest, ShowsThatASessionIsPending) {
  const auto verifier = TokenVerifier::Create(Options());
  const auto token = verifier->Verify(signer_.Sign(ClaimsWith("sts", "pending")));
  ASSERT_TRUE(token);
  EXPECT_TRUE(token->is_pending());
  EXPECT_EQ(token->user_id(), "user_1");
}

TEST_F(TokenVerifierTest, KeepsWhatIsWrongWithTheFeaturesApartFromTheToken) {
  json claims = Claims();
  claims["v"] = 2;
  claims["fea"] = "dashboard";
  claims["o"] = {{"id", "org_1"}, {"rol", "admin"}, {"per", "read"}, {"fpm", "1"}};
  const auto verifier = TokenVerifier::Create(Options());
  const auto token = verifier->Verify(signer_.Sign(claims));
  ASSERT_TRUE(token);
  EXPECT_FALSE(token->auth());
}

TEST_F(TokenVerifierTest, RefusesAnythingThatIsNotThreeBase64UrlPartsOfJson) {
  const std::string good = signer_.Sign(Claims());
  const std::vector<std::string> bad = {"",
                                        "a.b",
                                        good + ".",
                                        " " + good,
                                        good + "\n",
                                        good.substr(1),
                                        "Bearer " + good,
                                        signer_.SignParts("{\"alg\":\"RS256\"", Claims().dump()),
                                        signer_.SignParts(R"({"alg":"RS256"})", "{}x"),
                                        signer_.SignParts(R"({"alg":"RS256"})", std::string("{}\0", 3)),
                                        signer_.SignParts(R"({"alg":"RS256"})", "\xEF\xBB\xBF{}"),
                                        signer_.SignParts(R"({"alg":"RS256"})", "{\"a\":\"\xff\"}"),
                                        signer_.SignParts("null", Claims().dump())};
  for (const auto& token : bad) EXPECT_EQ(Verdict(token), "token-invalid") << token;
}

TEST_F(TokenVerifierTest, ToleratesPaddingButNoOtherSpellingOfTheSignature) {
  const std::string token = signer_.Sign(Claims());
  EXPECT_EQ(Verdict(token + "=="), "ok");
  std::string other_bits = token;
  other_bits.back() = other_bits.back() == 'A' ? 'B' : static_cast<char>(other_bits.back() + 1);
  EXPECT_NE(Verdict(other_bits), "ok");
}

TEST_F(TokenVerifierTest, VerifiesATokenOf65KilobytesAndRefusesOneAboveTheLimit) {
  const std::string token = signer_.Sign(ClaimsWith("big", std::string(48'000, 'x')));
  ASSERT_GT(token.size(), 64'000U);
  EXPECT_EQ(Verdict(token), "ok");
  auto options = Options();
  options.max_token_bytes = token.size() - 1;
  EXPECT_EQ(Verdict(token, options), "token-invalid");
}

TEST_F(TokenVerifierTest, BoundsTheDepthOfJson) {
  const std::string deep = R"({"sub":"u","n":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256"})", deep)), "token-invalid");
}

TEST_F(TokenVerifierTest, VerifiesClaimsOfAnyReasonableDepth) {
  const std::string claims = Claims().dump();
  const std::string deep =
      claims.substr(0, claims.size() - 1) + ",\"n\":" + std::string(5000, '[') + std::string(5000, ']') + "}";
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256"})", deep)), "ok");
}

TEST_F(TokenVerifierTest, LooksAtNoNumberThatIsNoTime) {
  const std::string claims = Claims().dump();
  const std::string odd = claims.substr(0, claims.size() - 1) + R"(,"a":1e400,"b":-1e-400,"c":123456789012345678901234567890})";
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256","n":1e999})", odd)), "ok");
}

TEST_F(TokenVerifierTest, ReadsTimesHoweverTheyAreWritten) {
  const auto verdict = [&](const std::string& expiry) {
    return Verdict(signer_.SignParts(R"({"alg":"RS256"})", R"({"sub":"user_1","exp":)" + expiry + "}"));
  };
  EXPECT_EQ(verdict("1.760000060e9"), "ok");
  EXPECT_EQ(verdict("176000006000E-2"), "ok");
  EXPECT_EQ(verdict("1759999995.999"), "token-expired");
  EXPECT_EQ(verdict("-0"), "token-expired");
  EXPECT_EQ(verdict("1e-400"), "token-expired");
  EXPECT_EQ(verdict("1e400"), "token-verification-failed");
  EXPECT_EQ(verdict("-1e400"), "token-verification-failed");
}

TEST_F(TokenVerifierTest, KeepsTheClaimsAsTheyWereSigned) {
  const std::string written = " {\"sub\" : \"user\\u005f1\", \"exp\":1760000060.0 , \"x\":1.10 } ";
  const auto verifier = TokenVerifier::Create(Options());
  const auto token = verifier->Verify(signer_.SignParts(R"({"alg":"RS256"})", written));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->claims_json(), written);
  EXPECT_EQ(token->user_id(), "user_1");
}

TEST_F(TokenVerifierTest, TakesTheLastOfDuplicateMembers) {
  const auto exp = std::to_string(clock_.NowSeconds() + 60);
  const auto verifier = TokenVerifier::Create(Options());
  const auto token = verifier->Verify(
      signer_.SignParts(R"({"alg":"none","alg":"RS256"})", R"({"sub":"user_1","sub":"user_2","exp":)" + exp + "}"));
  ASSERT_TRUE(token);
  EXPECT_EQ(token->user_id(), "user_2");
}

TEST_F(TokenVerifierTest, ChecksInTheOrderOfClerksSdk) {
  // Each step spoils one thing more, at an earlier check.
  auto options = Options();
  options.authorized_parties = {"https://app.example.com"};
  options.audience = {"api"};
  options.issuer = {"https://clerk.example.com"};
  const auto now = clock_.NowSeconds();

  json claims = Claims();
  const auto verdict = [&] { return Verdict(signer_.Sign(claims), options); };
  EXPECT_EQ(verdict(), "ok");
  claims["iat"] = now + 100;
  EXPECT_EQ(verdict(), "token-iat-in-the-future");
  claims["nbf"] = now + 100;
  EXPECT_EQ(verdict(), "token-not-active-yet");
  claims["exp"] = now - 100;
  EXPECT_EQ(verdict(), "token-expired");
  claims["iss"] = "https://clerk.evil.example";
  EXPECT_EQ(verdict(), "token-invalid-issuer");
  claims["azp"] = "https://evil.example";
  EXPECT_EQ(verdict(), "token-invalid-authorized-parties");
  claims["aud"] = "other";
  EXPECT_EQ(verdict(), "token-verification-failed");

  std::string token = signer_.Sign(claims);
  token.replace(token.rfind('.') + 1, 4, "AAAA");
  EXPECT_EQ(Verdict(token, options), "token-invalid-signature");
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS384"})", claims.dump()), options), "token-verification-failed");
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"HS256"})", claims.dump()), options), "token-invalid-algorithm");
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"HS256","typ":"x"})", claims.dump()), options), "token-invalid");
}

TEST_F(TokenVerifierTest, RefusesMachineTokensAndCriticalExtensions) {
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256","cat":"cl_B7d4PD333AAA"})", Claims().dump())), "token-invalid");
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256","crit":["b64"],"b64":false})", Claims().dump())), "token-invalid");
}

TEST_F(TokenVerifierTest, ReportsAMalformedTokenBeforeAMissingKey) {
  TokenVerifierOptions none;
  EXPECT_EQ(VerifyToken("abc", none).error().reason, ErrorReason::kTokenInvalid);
  EXPECT_EQ(VerifyToken(signer_.Sign(Claims()), none).error().reason, ErrorReason::kJwkFailedToResolve);
  EXPECT_EQ(TokenVerifier::Create(none).error().reason, ErrorReason::kJwkFailedToResolve);
}

TEST_F(TokenVerifierTest, HoldsExpiryExclusiveAndTheOtherTimesInclusive) {
  const auto now = clock_.NowSeconds();
  EXPECT_EQ(ClaimsVerdict(ClaimsWith("exp", now - 5)), "token-expired");
  EXPECT_EQ(ClaimsVerdict(ClaimsWith("exp", now - 4)), "ok");
  EXPECT_EQ(ClaimsVerdict(ClaimsWith("nbf", now + 5)), "ok");
  EXPECT_EQ(ClaimsVerdict(ClaimsWith("nbf", now + 6)), "token-not-active-yet");
  EXPECT_EQ(ClaimsVerdict(ClaimsWith("iat", now + 5)), "ok");
  EXPECT_EQ(ClaimsVerdict(ClaimsWith("iat", now + 6)), "token-iat-in-the-future");
}

TEST_F(TokenVerifierTest, HonoursZeroAndNegativeSkew) {
  auto options = Options();
  options.clock_skew = milliseconds(0);
  const auto now = clock_.NowSeconds();
  EXPECT_EQ(Verdict(signer_.Sign(ClaimsWith("exp", now)), options), "token-expired");
  EXPECT_EQ(Verdict(signer_.Sign(ClaimsWith("exp", now + 1)), options), "ok");
  options.clock_skew = seconds(-2);
  EXPECT_EQ(Verdict(signer_.Sign(ClaimsWith("exp", now + 2)), options), "token-expired");
}

TEST_F(TokenVerifierTest, DemandsNumbersForTimes) {
  for (const char* name : {"exp", "nbf", "iat"}) {
    for (const json& value : {json("1760000060"), json(nullptr), json(true), json(1e20), json(json::array())}) {
      EXPECT_EQ(ClaimsVerdict(ClaimsWith(name, value)), "token-verification-failed") << name << value;
    }
  }
  json claims = Claims();
  claims.erase("exp");
  EXPECT_EQ(ClaimsVerdict(claims), "token-verification-failed");
}

TEST_F(TokenVerifierTest, RequiresAzpOnceAuthorizedPartiesAreGiven) {
  auto options = Options();
  options.authorized_parties = {"https://app.example.com"};
  json claims = Claims();
  claims.erase("azp");
  EXPECT_EQ(Verdict(signer_.Sign(claims), options), "token-invalid-authorized-parties");
  EXPECT_EQ(Verdict(signer_.Sign(ClaimsWith("azp", "https://app.example.com/")), options), "token-invalid-authorized-parties");
  EXPECT_EQ(Verdict(signer_.Sign(Claims()), options), "ok");
  EXPECT_EQ(ClaimsVerdict(claims), "ok");
}

TEST_F(TokenVerifierTest, LetsATokenWithoutAudiencePassAndRefusesOddAudiences) {
  auto options = Options();
  options.audience = {"api"};
  const auto verdict = [&](const json& audience) { return Verdict(signer_.Sign(ClaimsWith("aud", audience)), options); };
  for (const json& value : {json("api"), json({"x", "api"}), json(nullptr), json(""), json(json::array())}) {
    EXPECT_EQ(verdict(value), "ok") << value;
  }
  for (const json& value : {json("API"), json({"x"}), json(7), json({"api", 7}), json({{"a", 1}})}) {
    EXPECT_EQ(verdict(value), "token-verification-failed") << value;
  }
}

TEST_F(TokenVerifierTest, AcceptsOnlyTheHeaderTypesAskedFor) {
  auto options = Options();
  options.header_types = {"at+jwt"};
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256","typ":"at+jwt"})", Claims().dump()), options), "ok");
  EXPECT_EQ(Verdict(signer_.Sign(Claims()), options), "token-invalid");
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256"})", Claims().dump()), options), "token-invalid");
  EXPECT_EQ(Verdict(signer_.SignParts(R"({"alg":"RS256"})", Claims().dump())), "ok");
}

TEST_F(TokenVerifierTest, ReadsAPemThatAnEnvironmentVariableMangled) {
  const auto verdict = [&](const std::string& pem) {
    auto options = Options();
    options.jwt_key = pem;
    return Verdict(signer_.Sign(Claims()), options);
  };
  const std::string pem = signer_.Pem();
  const auto replace_newlines = [&](const std::string& by) {
    std::string text;
    for (const char c : pem) text += c == '\n' ? by : std::string(1, c);
    return text;
  };
  EXPECT_EQ(verdict(replace_newlines("\\n")), "ok");
  EXPECT_EQ(verdict(replace_newlines("\r\n")), "ok");
  EXPECT_EQ(verdict(replace_newlines(" ")), "ok");
  EXPECT_EQ(verdict(replace_newlines("")), "ok");
  EXPECT_EQ(verdict("not a key"), "token-verification-failed");
}

TEST_F(TokenVerifierTest, RefusesKeysBelow2048Bits) {
  const TokenSigner weak("ins_weak", 1024);
  auto options = Options();
  options.jwt_key = weak.Pem();
  EXPECT_EQ(TokenVerifier::Create(options).error().reason, ErrorReason::kTokenVerificationFailed);
}

TEST_F(TokenVerifierTest, PicksTheKeyOfTheKidInAStaticSet) {
  TokenVerifierOptions options;
  options.clock = &clock_;
  options.jwks_json = json{{"keys", {TokenSigner::Second().Jwk(), signer_.Jwk()}}}.dump();
  EXPECT_EQ(Verdict(signer_.Sign(Claims()), options), "ok");
  options.jwks_json = TokenSigner::Second().Jwks();
  EXPECT_EQ(Verdict(signer_.Sign(Claims()), options), "jwk-kid-mismatch");
  options.jwks_json = R"({"keys":[]})";
  EXPECT_EQ(Verdict(signer_.Sign(Claims()), options), "jwk-failed-to-resolve");
}

TEST_F(TokenVerifierTest, ErrorsNeverQuoteTheToken) {
  const auto verifier = TokenVerifier::Create(Options());
  const std::string token = TokenSigner::Second().Sign(Claims());
  const auto result = verifier->Verify(token);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message.find(token.substr(0, 10)), std::string::npos);
}

TEST_F(TokenVerifierTest, RemembersAVerdictButNeverBeyondExpiry) {
  const auto verifier = TokenVerifier::Create(Options());
  const std::string token = signer_.Sign(Claims());
  EXPECT_TRUE(verifier->Verify(token));
  clock_.Advance(milliseconds(64'999));
  EXPECT_TRUE(verifier->Verify(token));
  EXPECT_EQ(verifier->stats().cache_hits, 1U);
  clock_.Advance(milliseconds(1));
  EXPECT_EQ(verifier->Verify(token).error().reason, ErrorReason::kTokenExpired);
}

TEST_F(TokenVerifierTest, RemembersNothingForTheTimeBeforeATokenIsValid) {
  const auto verifier = TokenVerifier::Create(Options());
  const std::string token = signer_.Sign(Claims());
  EXPECT_TRUE(verifier->Verify(token));
  clock_.SetNow(clock_.Now() - std::chrono::hours(1));
  EXPECT_EQ(verifier->Verify(token).error().reason, ErrorReason::kTokenNotActiveYet);
}

TEST_F(TokenVerifierTest, NeverTakesAnotherSpellingForARememberedToken) {
  const auto verifier = TokenVerifier::Create(Options());
  const std::string token = signer_.Sign(Claims());
  EXPECT_TRUE(verifier->Verify(token));
  std::string forged = token;
  forged.replace(forged.find('.') + 1, 2, "xx");
  EXPECT_FALSE(verifier->Verify(forged));
}

TEST_F(TokenVerifierTest, ForgetsTheOldestTokenWhenTheCacheIsFull) {
  auto options = Options();
  options.cache_entries = 2;
  const auto verifier = TokenVerifier::Create(options);
  std::vector<std::string> tokens;
  for (int i = 0; i < 3; ++i) tokens.push_back(signer_.Sign(ClaimsWith("n", i)));
  for (const auto& token : tokens) EXPECT_TRUE(verifier->Verify(token));
  EXPECT_TRUE(verifier->Verify(tokens[0]));
  EXPECT_EQ(verifier->stats().cache_hits, 0U);
  EXPECT_TRUE(verifier->Verify(tokens[2]));
  EXPECT_EQ(verifier->stats().cache_hits, 1U);
}

}  // namespace
}  // namespace clerk
