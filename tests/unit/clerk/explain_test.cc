#include "clerk/explain.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "explain/quoting.h"
#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TokenSigner;

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() : claims_(testing::SessionClaims(clock_.NowSeconds())) {
    options_.jwks_json = TokenSigner::First().Jwks();
    options_.clock = &clock_;
  }

  std::string Token() const { return TokenSigner::First().Sign(claims_); }
  TokenExplanation Explain(const std::string& token) const { return ExplainToken(token, options_); }
  static ExplainedCheck Find(const TokenExplanation& explanation, std::string_view name) {
    const auto check = std::find_if(explanation.checks.begin(), explanation.checks.end(),
                                    [&](const ExplainedCheck& entry) { return entry.name == name; });
    EXPECT_NE(check, explanation.checks.end()) << name;
    return *check;
  }
  // The check of that name, which must have failed.
  static ExplainedCheck Failed(const TokenExplanation& explanation, std::string_view name) {
    const auto check = Find(explanation, name);
    EXPECT_EQ(check.outcome, CheckOutcome::kFailed) << check.detail;
    EXPECT_NE(check.advice, "");
    return check;
  }

  testing::FakeClock clock_;
  nlohmann::json claims_;
  TokenVerifierOptions options_;
};

TEST_F(ExplainTest, FindsNothingWrongWithAGoodToken) {
  const auto explanation = Explain(Token());
  EXPECT_FALSE(explanation.refusal);
  for (const auto& check : explanation.checks) {
    EXPECT_TRUE(check.outcome == CheckOutcome::kPassed || check.outcome == CheckOutcome::kNotAsked) << check.name;
    EXPECT_EQ(check.advice, "") << check.name;
  }
}

TEST_F(ExplainTest, NumbersTheChecksInTheOrderInWhichTheyRun) {
  const auto explanation = Explain(Token());
  EXPECT_TRUE(std::is_sorted(explanation.checks.begin(), explanation.checks.end(),
                             [](const auto& a, const auto& b) { return a.number < b.number; }));
  EXPECT_EQ(Find(explanation, "form").number, 1);
  EXPECT_EQ(Find(explanation, "signature").number, 9);
  EXPECT_EQ(Find(explanation, "iat").number, 16);
}

TEST_F(ExplainTest, TellsTheSecondsSinceTheTokenExpired) {
  claims_["exp"] = clock_.NowSeconds() - 75;
  const auto explanation = Explain(Token());
  EXPECT_EQ(explanation.refusal, ErrorReason::kTokenExpired);
  const auto check = Failed(explanation, "exp");
  EXPECT_THAT(check.detail, StartsWith("Expired 75 s ago"));
  EXPECT_THAT(check.advice, HasSubstr("getToken()"));
}

TEST_F(ExplainTest, BlamesAClockThatIsBehind) {
  claims_["nbf"] = claims_["iat"] = clock_.NowSeconds() + 30;
  const auto explanation = Explain(Token());
  EXPECT_EQ(explanation.refusal, ErrorReason::kTokenNotActiveYet);
  EXPECT_THAT(Failed(explanation, "nbf").detail, StartsWith("30 s in the future"));
  EXPECT_THAT(Failed(explanation, "iat").advice, HasSubstr("NTP"));
}

TEST_F(ExplainTest, TellsWhatElseIsWrongAfterTheFirstFailure) {
  options_.authorized_parties = {"https://other.example.com"};
  options_.issuer = {"https://clerk.other.example.com"};
  claims_["exp"] = clock_.NowSeconds() - 10;
  const auto explanation = Explain(Token());
  EXPECT_EQ(explanation.refusal, ErrorReason::kTokenInvalidAuthorizedParties);
  Failed(explanation, "azp");
  Failed(explanation, "iss");
  Failed(explanation, "exp");
}

TEST_F(ExplainTest, ShowsByWhatAnOriginMissesAnAuthorizedParty) {
  claims_["azp"] = "http://localhost:3000";
  const auto advice = [&](const std::string& party) {
    options_.authorized_parties = {party};
    return Failed(Explain(Token()), "azp").advice;
  };
  EXPECT_THAT(advice("http://localhost:3000/"), HasSubstr("a slash at the end"));
  EXPECT_THAT(advice("https://localhost:3000"), HasSubstr("http and https"));
  EXPECT_THAT(advice("http://localhost:5173"), HasSubstr("the port"));
  EXPECT_THAT(advice("https://app.example.com"), Not(HasSubstr("differs")));
}

TEST_F(ExplainTest, SaysThatATokenWithoutOriginCannotHaveAnAuthorizedOne) {
  claims_.erase("azp");
  options_.authorized_parties = {"https://app.example.com"};
  const auto check = Failed(Explain(Token()), "azp");
  EXPECT_THAT(check.detail, StartsWith("azp is absent"));
  EXPECT_THAT(check.advice, HasSubstr("no azp"));
}

TEST_F(ExplainTest, NamesTheKeysWhenTheTokensIsNotAmongThem) {
  const auto explanation = Explain(TokenSigner::Second().Sign(claims_));
  EXPECT_EQ(explanation.refusal, ErrorReason::kJwkKidMismatch);
  const auto check = Failed(explanation, "key");
  EXPECT_THAT(check.detail, HasSubstr("\"ins_second\""));
  EXPECT_THAT(check.detail, HasSubstr("\"ins_first\""));
  EXPECT_EQ(Find(explanation, "signature").outcome, CheckOutcome::kNotPossible);
}

TEST_F(ExplainTest, FindsTheKeyThatSignedUnderAnotherKid) {
  const std::string token = TokenSigner::First().SignParts(R"({"alg":"RS256","typ":"JWT","kid":"ins_renamed"})", claims_.dump());
  EXPECT_THAT(Failed(Explain(token), "key").advice, HasSubstr("\"ins_first\""));
}

TEST_F(ExplainTest, TellsAForgedSignatureFromOneOfAnotherKey) {
  const std::string header = R"({"alg":"RS256","typ":"JWT","kid":"ins_first"})";
  options_.jwks_json = nlohmann::json{{"keys", {TokenSigner::First().Jwk(), TokenSigner::Second().Jwk()}}}.dump();
  const auto swapped = Explain(TokenSigner::Second().SignParts(header, claims_.dump()));
  EXPECT_EQ(swapped.refusal, ErrorReason::kTokenInvalidSignature);
  EXPECT_THAT(Failed(swapped, "signature").detail, HasSubstr("\"ins_second\""));

  std::string forged = Token();
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_THAT(Failed(Explain(forged), "signature").detail, HasSubstr("did not make"));
}

TEST_F(ExplainTest, ReadsATokenWithoutAnyKey) {
  options_.jwks_json.clear();
  claims_["exp"] = clock_.NowSeconds() - 100;
  const auto explanation = Explain(Token());
  EXPECT_EQ(explanation.refusal, ErrorReason::kJwkFailedToResolve);
  Failed(explanation, "key source");
  EXPECT_THAT(Failed(explanation, "exp").detail, StartsWith("Expired 100 s ago"));
}

TEST_F(ExplainTest, NeverFetchesKeys) {
  const auto http = std::make_shared<testing::FakeHttpClient>(
      [](const HttpRequest&) { return Result<HttpResponse, HttpError>(testing::JsonResponse(TokenSigner::First().Jwks())); });
  options_.jwks_json.clear();
  options_.remote_jwks = RemoteJwks{.url = "https://clerk.example.com/.well-known/jwks.json", .http = http};
  EXPECT_EQ(Explain(Token()).refusal, ErrorReason::kJwkFailedToResolve);
  EXPECT_EQ(http->calls(), 0U);
}

TEST_F(ExplainTest, ExplainsTypeAndAlgorithm) {
  const auto oauth =
      Explain(TokenSigner::First().SignParts(R"({"alg":"RS256","typ":"at+jwt","kid":"ins_first"})", claims_.dump()));
  EXPECT_THAT(Failed(oauth, "typ").detail, HasSubstr("\"at+jwt\""));
  const auto hs256 = Explain(TokenSigner::First().SignParts(R"({"alg":"HS256","typ":"JWT","kid":"ins_first"})", claims_.dump()));
  EXPECT_THAT(Failed(hs256, "alg").advice, HasSubstr("template"));
}

TEST_F(ExplainTest, RecognizesWhatIsSentInsteadOfAToken) {
  EXPECT_THAT(Failed(Explain("sk_test_0123456789"), "form").advice, HasSubstr("secret key"));
  EXPECT_THAT(Failed(Explain("pk_test_Zm9v"), "form").advice, HasSubstr("getToken()"));
  EXPECT_THAT(Failed(Explain("ak_0123456789"), "form").advice, HasSubstr("api_key"));
  EXPECT_THAT(Failed(Explain(""), "form").detail, HasSubstr("no token"));
}

TEST_F(ExplainTest, ShowsNeitherTheTokenNorClaimsAboutThePerson) {
  claims_["sub"] = "user_private";
  claims_["sid"] = "sess_private";
  claims_["email"] = "ada@example.com";
  claims_["aud"] = "ada@example.com";
  claims_["name"] = "Ada Lovelace";
  options_.audience = {"api"};
  const std::string token = Token();
  std::string all;
  for (const auto& check : Explain(token).checks) all += check.detail + check.advice;
  EXPECT_THAT(all, Not(HasSubstr("_private")));
  EXPECT_THAT(all, Not(HasSubstr("ada")));
  EXPECT_THAT(all, Not(HasSubstr("Ada")));
  EXPECT_THAT(all, Not(HasSubstr(token.substr(0, 24))));
  EXPECT_THAT(all, Not(HasSubstr(token.substr(token.rfind('.') + 1, 24))));
}

TEST(QuotingTest, ShowsOneLineOfPrintableText) {
  EXPECT_EQ(explain::Quote("ins_1"), "\"ins_1\"");
  EXPECT_EQ(explain::Quote("a\x1b[31m\r\nb\xff"), "\"a?[31m??b?\"");
  EXPECT_EQ(explain::Quote("https://" + std::string(50, 'a') + "/" + std::string(50, 'b')),
            "\"https://" + std::string(50, 'a') + "/" + std::string(21, 'b') + "…\"");
}

TEST(QuotingTest, HidesWhatMayBeASecretOrAnAddress) {
  for (const std::string value : {"ada@example.com", "sk_live_1", "whsec_1", "eyJhbGci.x"}) {
    EXPECT_EQ(explain::Quote(value), "(a value that is not shown here)") << value;
  }
  EXPECT_EQ(explain::Quote(std::string(61, 'a')), "(a value that is not shown here)");
}

TEST(QuotingTest, FormatsTimesAndDurations) {
  EXPECT_EQ(explain::FormatTime(1'760'000'000), "1760000000 (2025-10-09T08:53:20Z)");
  EXPECT_EQ(explain::FormatDuration(119), "119 s");
  EXPECT_EQ(explain::FormatDuration(300), "300 s (5 min)");
  EXPECT_EQ(explain::FormatDuration(7200), "7200 s (2 h)");
  EXPECT_EQ(explain::FormatDuration(864'000), "864000 s (10 days)");
}

}  // namespace
}  // namespace clerk
