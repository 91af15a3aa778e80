#include "clerk/request_authenticator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fakes.h"
#include "token_signer.h"

namespace clerk {
namespace {

using testing::FakeClock;
using testing::FakeHttpClient;
using testing::SessionClaims;
using testing::TokenSigner;

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kLiveKey = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";  // clerk.example.com
constexpr const char* kTestKey = "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk";
const Headers kPage = {{"Accept", "text/html"}, {"Sec-Fetch-Dest", "document"}};

class RequestAuthenticatorTest : public ::testing::Test {
 protected:
  RequestAuthenticatorTest() {
    options_.publishable_key = kLiveKey;
    options_.secret_key = "sk_live_x";
    options_.jwt_key = TokenSigner::First().Pem();
    options_.clock = &clock_;
    options_.http = http_;
  }

  [[nodiscard]] RequestState Run(const Headers& headers, std::string_view url = "https://example.com/dashboard",
                                 std::string_view method = "GET") const {
    const auto authenticator = RequestAuthenticator::Create(options_).value();
    const std::vector<HeaderView> views(headers.begin(), headers.end());
    return authenticator.Authenticate({method, url, views}).value();
  }

  [[nodiscard]] std::string Token(const nlohmann::json& changes = {}) const {
    nlohmann::json claims = SessionClaims(clock_.NowSeconds());
    claims["iss"] = "https://clerk.example.com";
    if (changes.is_object()) claims.update(changes);
    return TokenSigner::First().Sign(claims);
  }

  [[nodiscard]] std::string ExpiredToken() const {
    const auto now = clock_.NowSeconds();
    return Token({{"iat", now - 160}, {"nbf", now - 170}, {"exp", now - 100}});
  }

  [[nodiscard]] Headers WithCookies(const std::string& cookies) const {
    Headers headers = kPage;
    headers.emplace_back("Cookie", cookies);
    return headers;
  }

  FakeClock clock_;
  std::shared_ptr<FakeHttpClient> http_ = std::make_shared<FakeHttpClient>([](const HttpRequest&) {
    return HttpError{HttpFailure::kUnreachable, "unreachable"};
  });
  AuthenticateRequestOptions options_;
};

std::vector<std::string> CookiesOf(const RequestState& state) {
  std::vector<std::string> cookies;
  for (const auto& header : state.headers) {
    if (header.name == "Set-Cookie") cookies.push_back(header.value);
  }
  return cookies;
}

TEST_F(RequestAuthenticatorTest, WantsASecretKeyUnlessToldThatThereIsNone) {
  options_.secret_key.clear();
  EXPECT_EQ(RequestAuthenticator::Create(options_).error().reason, ErrorReason::kConfigurationInvalid);
  options_.without_secret_key = true;
  EXPECT_TRUE(RequestAuthenticator::Create(options_));
  options_.jwt_key.clear();
  EXPECT_EQ(RequestAuthenticator::Create(options_).error().reason, ErrorReason::kConfigurationInvalid);
}

TEST_F(RequestAuthenticatorTest, WantsAPublishableKeyWhereSessionsAreAccepted) {
  options_.publishable_key = "pk_live_zzzz";
  EXPECT_EQ(RequestAuthenticator::Create(options_).error().reason, ErrorReason::kPublishableKeyInvalid);
  options_.accepts = AcceptedTokens::Only(TokenType::kApiKey);
  EXPECT_TRUE(RequestAuthenticator::Create(options_));
}

TEST_F(RequestAuthenticatorTest, SignsInByBearer) {
  const std::string token = Token();
  const auto state = Run({{"AUTHORIZATION", "Bearer " + token}});
  EXPECT_TRUE(state.is_signed_in());
  EXPECT_EQ(state.token, token);
  EXPECT_EQ(state.carrier, TokenCarrier::kHeader);
  EXPECT_TRUE(state.headers.empty());
  EXPECT_TRUE(state.ToAuth().is_authenticated);
}

TEST_F(RequestAuthenticatorTest, NeverFallsBackToTheCookieBehindABadBearer) {
  const auto state = Run({{"Authorization", "Bearer abc"}, {"Cookie", "__session=" + Token() + "; __client_uat=1"}});
  EXPECT_EQ(state.reason, "token-invalid");
}

TEST_F(RequestAuthenticatorTest, RefusesTemplateAndMachineTokensAsSessions) {
  const auto now = clock_.NowSeconds();
  const std::string claims = SessionClaims(now).dump();
  for (const char* header : {R"({"alg":"RS256","typ":"JWT","cat":"cl_B7d4PD222AAA"})", R"({"alg":"RS256","typ":"JWT","cat":5})",
                             R"({"alg":"RS256","typ":"at+jwt"})"}) {
    const std::string token = TokenSigner::First().SignParts(header, claims);
    EXPECT_EQ(Run({{"Authorization", "Bearer " + token}}).reason, "token-type-mismatch") << header;
    EXPECT_EQ(Run({{"Cookie", "__session=" + token + "; __client_uat=1"}}).reason, "token-type-mismatch") << header;
  }
  EXPECT_EQ(Run({{"Authorization", "Bearer " + Token({{"sub", "mch_1"}})}}).reason, "token-type-mismatch");
}

TEST_F(RequestAuthenticatorTest, CountsAPendingSessionAsSignedOutUnlessAsked) {
  const auto state = Run({{"Authorization", "Bearer " + Token({{"v", 2}, {"sts", "pending"}})}});
  EXPECT_TRUE(state.is_signed_in());
  EXPECT_FALSE(state.ToAuth().is_authenticated);
  EXPECT_EQ(state.ToAuth().session_status, "pending");
  EXPECT_TRUE(state.ToAuth(PendingSessions::kAreSignedIn).is_authenticated);
}

TEST_F(RequestAuthenticatorTest, SendsAPageWithAnExpiredCookieThroughTheHandshake) {
  const std::string cookie = "__session=" + ExpiredToken() + "; __client_uat=1";
  const auto page = Run(WithCookies(cookie), "https://example.com/a?b=c&__clerk_db_jwt=1");
  EXPECT_EQ(page.status, AuthStatus::kHandshake);
  EXPECT_TRUE(page.Location().starts_with(
      "https://clerk.example.com/v1/client/handshake?redirect_url=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc&__clerk_api_version="))
      << page.Location();
  EXPECT_NE(page.Location().find("&format=nonce&"), std::string_view::npos);
  EXPECT_EQ(CookiesOf(page), std::vector<std::string>{"__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"});
  const auto call = Run({{"Accept", "application/json"}, {"Cookie", cookie}});
  EXPECT_EQ(call.status, AuthStatus::kSignedOut);
  EXPECT_EQ(call.reason, "session-token-expired-refresh-non-eligible-no-refresh-cookie");
}

TEST_F(RequestAuthenticatorTest, AsksForASignedHandshakeWithoutASecretKey) {
  options_.secret_key.clear();
  options_.without_secret_key = true;
  options_.proxy_url = "/__clerk";
  const auto state = Run(WithCookies("__client_uat=1"), "http://localhost:3000/");
  EXPECT_TRUE(state.Location().starts_with("http://localhost:3000/__clerk/v1/client/handshake?redirect_url="));
  EXPECT_EQ(state.Location().find("format="), std::string_view::npos);
}

TEST_F(RequestAuthenticatorTest, GivesUpAfterThreeHandshakesInARow) {
  const auto state = Run(WithCookies("__client_uat=1; __clerk_redirect_count=3"));
  EXPECT_EQ(state.status, AuthStatus::kSignedOut);
  EXPECT_EQ(state.reason, "client-uat-but-no-session-token");
  EXPECT_TRUE(CookiesOf(state).empty());
}

TEST_F(RequestAuthenticatorTest, CountsHandshakesAsJavaScriptWritesNumbers) {
  const std::vector<std::pair<std::string, std::string>> counts = {
      {"2", "3"},          {"0.5", "1.5"},    {"-1", "0"},         {"-1e20", "-100000000000000000000"},
      {"-1e40", "-1e+40"}, {"1e40", "1e+40"}, {"1e308", "1e+308"}, {"-0.9999999999999999", "1.1102230246251565e-16"}};
  for (const auto& [count, next] : counts) {
    const auto state = Run(WithCookies("__client_uat=1; __clerk_redirect_count=" + count));
    const std::string cookie = "__clerk_redirect_count=" + next + "; SameSite=Lax; HttpOnly; Max-Age=2";
    EXPECT_EQ(CookiesOf(state), std::vector<std::string>{cookie}) << count;
  }
}

TEST_F(RequestAuthenticatorTest, TakesTheSessionThatAHandshakeBrings) {
  const std::string token = Token();
  const std::string handshake =
      TokenSigner::First().Sign({{"handshake", {"__session=" + token + "; Path=/", "__client_uat=5; Path=/"}}});
  const auto state = Run(WithCookies("__clerk_handshake=" + handshake));
  EXPECT_TRUE(state.is_signed_in());
  EXPECT_EQ(CookiesOf(state), (std::vector<std::string>{"__session=" + token + "; Path=/", "__client_uat=5; Path=/"}));
  EXPECT_EQ(state.Location(), "");
}

TEST_F(RequestAuthenticatorTest, IgnoresAHandshakeOfAnotherKeyOrClassInProduction) {
  const nlohmann::json payload = {{"handshake", {"__session=" + Token() + "; Path=/"}}};
  const std::string foreign = TokenSigner::Second().Sign(payload);
  const std::string made_from_template =
      TokenSigner::First().SignParts(R"({"alg":"RS256","cat":"cl_B7d4PD222AAA"})", payload.dump());
  for (const std::string& handshake : {foreign, made_from_template}) {
    const auto state = Run(WithCookies("__clerk_handshake=" + handshake));
    EXPECT_EQ(state.reason, "session-token-and-uat-missing");
    EXPECT_TRUE(CookiesOf(state).empty());
  }
}

TEST_F(RequestAuthenticatorTest, NeverPutsALineBreakOfAHandshakeIntoAHeader) {
  const std::string handshake = TokenSigner::First().Sign({{"handshake", {"__session=" + Token() + "\r\nx: y"}}});
  const auto state = Run(WithCookies("__clerk_handshake=" + handshake));
  EXPECT_FALSE(state.is_signed_in());
  EXPECT_TRUE(CookiesOf(state).empty());
}

TEST_F(RequestAuthenticatorTest, ReportsAForeignHandshakeOnADevelopmentInstance) {
  options_.publishable_key = kTestKey;
  const auto authenticator = RequestAuthenticator::Create(options_).value();
  const std::string url = "https://example.com/x?__clerk_handshake=" + TokenSigner::Second().Sign({{"handshake", {"a=b"}}});
  const auto state = authenticator.Authenticate({"GET", url, {}});
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().reason, ErrorReason::kHandshakeInvalid);
}

TEST_F(RequestAuthenticatorTest, CleansTheUrlAfterAHandshakeOnADevelopmentInstance) {
  options_.publishable_key = kTestKey;
  const std::string handshake = TokenSigner::First().Sign({{"handshake", {"__session=" + ExpiredToken()}}});
  const auto state = Run(kPage, "https://example.com/x?keep=1&__clerk_handshake=" + handshake);
  EXPECT_TRUE(state.is_signed_in());  // the clock may be a day wrong there
  EXPECT_EQ(state.Location(), "https://example.com/x?keep=1");
}

TEST_F(RequestAuthenticatorTest, RefreshesAnExpiredSession) {
  const std::string token = Token();
  http_->SetAnswer([&](const HttpRequest&) {
    return testing::JsonResponse(nlohmann::json{{"object", "cookies"}, {"cookies", {"__session=" + token + "; Path=/"}}}.dump());
  });
  const std::string cookies = "__session=" + ExpiredToken() + "; __client_uat=1; __refresh_naoXFJnI=rt";
  const auto state = Run({{"Accept", "application/json"}, {"Cookie", cookies}});
  EXPECT_TRUE(state.is_signed_in());
  EXPECT_EQ(state.token, token);
  EXPECT_EQ(CookiesOf(state), std::vector<std::string>{"__session=" + token + "; Path=/"});
  ASSERT_EQ(http_->calls(), 1u);
  const auto request = http_->requests().front();
  EXPECT_EQ(request.url, "https://api.clerk.com/v1/sessions/sess_1/refresh");
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["refresh_token"], "rt");
  EXPECT_EQ(body["request_origin"], "https://example.com");
  EXPECT_EQ(body["request_headers"]["accept"], nlohmann::json::array({"application/json"}));
}

TEST_F(RequestAuthenticatorTest, SaysWhyASessionIsNotRefreshedEvenIfClerkDoesNot) {
  const std::string cookies = "__session=" + ExpiredToken() + "; __client_uat=1; __refresh_naoXFJnI=rt";
  for (const char* error : {"{}", R"({"code":""})", R"({"code":5})", "null"}) {
    http_->SetAnswer(
        [&](const HttpRequest&) { return testing::JsonResponse(R"({"errors":[)" + std::string(error) + "]}", 422); });
    EXPECT_EQ(Run({{"Cookie", cookies}}).reason, "session-token-expired-refresh-unexpected-sdk-error") << error;
  }
}

TEST_F(RequestAuthenticatorTest, NeverWaitsWhenAskedNotTo) {
  const auto authenticator = RequestAuthenticator::Create(options_).value();
  const std::string refreshable = "__session=" + ExpiredToken() + "; __client_uat=1; __refresh_naoXFJnI=rt";
  const std::vector<HeaderView> refresh = {{"cookie", refreshable}};
  const std::vector<HeaderView> nonce = {{"cookie", "__clerk_handshake_nonce=n"}};
  EXPECT_FALSE(authenticator.TryAuthenticate({"GET", "https://example.com/", refresh}));
  EXPECT_FALSE(authenticator.TryAuthenticate({"GET", "https://example.com/", nonce}));
  EXPECT_EQ(http_->calls(), 0u);
  const auto decided = authenticator.TryAuthenticate({"GET", "https://example.com/", {}});
  ASSERT_TRUE(decided);
  EXPECT_EQ((**decided).reason, "session-token-and-uat-missing");
}

TEST_F(RequestAuthenticatorTest, VerifiesAnApiKeyAtClerk) {
  options_.accepts = AcceptedTokens::AnyOf({TokenType::kSessionToken, TokenType::kApiKey});
  http_->SetAnswer([](const HttpRequest&) {
    return testing::JsonResponse(R"({"id":"ak_1","subject":"org_1","name":"ci","scopes":["read"],"claims":null})");
  });
  const auto state = Run({{"Authorization", "Bearer ak_x"}});
  EXPECT_EQ(state.token_type, TokenType::kApiKey);
  EXPECT_EQ(state.ToAuth().machine->organization_id(), "org_1");
  EXPECT_EQ(http_->requests().front().url, "https://api.clerk.com/api_keys/verify");
}

TEST_F(RequestAuthenticatorTest, AsksNobodyAboutATokenOfATypeThatIsNotAccepted) {
  options_.accepts = AcceptedTokens::AnyOf({TokenType::kM2mToken});
  const auto state = Run({{"Authorization", "Bearer ak_x"}});
  EXPECT_EQ(state.reason, "token-type-mismatch");
  EXPECT_EQ(state.token_type, std::nullopt);
  EXPECT_EQ(http_->calls(), 0u);
}

TEST_F(RequestAuthenticatorTest, ChecksTheAudienceOfOauthTokensStrictly) {
  options_.accepts = AcceptedTokens::Only(TokenType::kOauthToken);
  options_.audience = {"https://api.example.com"};
  const auto sign = [&](nlohmann::json claims) {
    claims.update(SessionClaims(clock_.NowSeconds()));
    return TokenSigner::First().SignParts(R"({"alg":"RS256","typ":"at+jwt"})", claims.dump());
  };
  EXPECT_EQ(Run({{"Authorization", "Bearer " + sign({})}}).reason, "token-verification-failed");
  EXPECT_EQ(Run({{"Authorization", "Bearer " + sign({{"aud", {"https://api.example.com", ""}}})}}).reason,
            "token-verification-failed");
  EXPECT_TRUE(Run({{"Authorization", "Bearer " + sign({{"aud", "https://api.example.com"}})}}).is_signed_in());
}

// Claims that verify and that a general JSON document cannot hold.
std::vector<std::string> UnusualClaims() {
  return {R"("n":1e400)", R"("n":-1e400)", R"("d":)" + std::string(600, '[') + std::string(600, ']')};
}

TEST_F(RequestAuthenticatorTest, KnowsAMachineWhateverItsTokenHoldsBesides) {
  options_.accepts = AcceptedTokens::Only(TokenType::kM2mToken);
  const std::string exp = std::to_string(clock_.NowSeconds() + 60);
  for (const std::string& unusual : UnusualClaims()) {
    const std::string claims = R"({"sub":"mch_1","jti":"mt_1","scopes":"a b",)" + unusual + R"(,"exp":)" + exp + "}";
    const auto state = Run({{"Authorization", "Bearer " + TokenSigner::First().SignParts(R"({"alg":"RS256"})", claims)}});
    ASSERT_TRUE(state.is_signed_in()) << state.message;
    EXPECT_EQ(state.machine->id, "mt_1");
    EXPECT_EQ(state.machine->subject, "mch_1");
    EXPECT_EQ(state.machine->scopes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(state.machine->claims_json, "{" + unusual + R"(,"scopes":"a b"})");
  }
}

TEST_F(RequestAuthenticatorTest, KnowsTheUserOfAnOauthTokenWhateverItHoldsBesides) {
  options_.accepts = AcceptedTokens::Only(TokenType::kOauthToken);
  options_.audience = {"https://api.example.com"};
  const std::string exp = std::to_string(clock_.NowSeconds() + 60);
  for (const std::string& unusual : UnusualClaims()) {
    const std::string claims = R"({"sub":"user_1","jti":"oat_1","client_id":"c","scp":["a"],"aud":["https://api.example.com"],)" +
                               unusual + R"(,"exp":)" + exp + "}";
    const std::string token = TokenSigner::First().SignParts(R"({"alg":"RS256","typ":"at+jwt"})", claims);
    const auto state = Run({{"Authorization", "Bearer " + token}});
    ASSERT_TRUE(state.is_signed_in()) << state.message;
    EXPECT_EQ(state.machine->id, "oat_1");
    EXPECT_EQ(state.machine->user_id(), "user_1");
    EXPECT_EQ(state.machine->client_id, "c");
    EXPECT_EQ(state.machine->scopes, std::vector<std::string>{"a"});
  }
}

TEST_F(RequestAuthenticatorTest, RefusesAnOauthTokenOfNobody) {
  options_.accepts = AcceptedTokens::Only(TokenType::kOauthToken);
  const nlohmann::json claims = {{"sub", ""}, {"jti", "oat_1"}, {"exp", clock_.NowSeconds() + 60}};
  const std::string token = TokenSigner::First().SignParts(R"({"alg":"RS256","typ":"at+jwt"})", claims.dump());
  EXPECT_EQ(Run({{"Authorization", "Bearer " + token}}).reason, "token-verification-failed");
}

TEST_F(RequestAuthenticatorTest, BelievesForwardedHeadersOnlyWhenTold) {
  const Headers headers = {{"Accept", "text/html"},
                           {"Cookie", "__client_uat=1"},
                           {"Host", "app.test"},
                           {"X-Forwarded-Host", "pub.test, inner"},
                           {"X-Forwarded-Proto", "https,http"}};
  const auto target = [&] {
    const auto state = Run(headers, "http://127.0.0.1:3000/");
    const auto from = state.Location().find("redirect_url=") + 13;
    return std::string(state.Location().substr(from, state.Location().find('&') - from));
  };
  EXPECT_EQ(target(), "http%3A%2F%2Fapp.test%2F");
  options_.trust_forwarded_headers = true;
  EXPECT_EQ(target(), "https%3A%2F%2Fpub.test%2F");
}

TEST_F(RequestAuthenticatorTest, ReportsARequestWithoutAUrl) {
  const auto authenticator = RequestAuthenticator::Create(options_).value();
  EXPECT_EQ(authenticator.Authenticate({"GET", "/dashboard", {}}).error().reason, ErrorReason::kRequestInvalid);
}

TEST_F(RequestAuthenticatorTest, PutsNoPartOfATokenIntoMessages) {
  std::string token = ExpiredToken();
  token.back() = token.back() == 'A' ? 'Q' : 'A';
  const auto state = Run({{"Authorization", "Bearer " + token}});
  EXPECT_FALSE(state.is_signed_in());
  EXPECT_EQ(state.message.find(token.substr(token.size() - 12)), std::string::npos);
  EXPECT_EQ(state.token, "");
}

TEST_F(RequestAuthenticatorTest, ReadsTheNumbersInCookiesAsJavaScriptDoes) {
  for (const char* uat : {"1", " 1", "+1", "1abc", "0x1", "1.9"}) {
    EXPECT_EQ(Run(WithCookies("__client_uat=" + std::string(uat))).reason, "client-uat-but-no-session-token") << uat;
  }
  for (const char* uat : {"", "0", "x", "0x", "-0", "0.9"}) {
    EXPECT_EQ(Run(WithCookies("__client_uat=" + std::string(uat))).reason, "session-token-and-uat-missing") << uat;
  }
  for (const char* count : {"3", "3.0", "+3", "0x3", "03"}) {
    EXPECT_FALSE(Run(WithCookies("__client_uat=1; __clerk_redirect_count=" + std::string(count))).Location().size()) << count;
  }
  for (const char* count : {"", "3x", "0x", "+-3", "Infinity", "100000000000000000000"}) {
    EXPECT_TRUE(Run(WithCookies("__client_uat=1; __clerk_redirect_count=" + std::string(count))).Location().size()) << count;
  }
}

TEST_F(RequestAuthenticatorTest, TakesTheActiveOrganizationFromANameWithDotStar) {
  options_.organization_sync.organization_patterns = {"/orgs/:slug(.*)"};
  const std::string token = Token({{"v", 2}, {"o", {{"id", "org_1"}, {"slg", "acme"}}}});
  const Headers headers = WithCookies("__session=" + token + "; __client_uat=1");
  EXPECT_EQ(Run(headers, "https://example.com/orgs/acme").reason, "");
  EXPECT_EQ(Run(headers, "https://example.com/orgs/acme2").reason, "active-organization-mismatch");
}

TEST_F(RequestAuthenticatorTest, AUserNameInTheRefererDoesNotHideItsHost) {
  Headers headers = WithCookies("__session=" + Token() + "; __client_uat=1");
  headers.emplace_back("Referer", "https://example.com@elsewhere.test/");
  EXPECT_EQ(Run(headers).reason, "primary-domain-cross-origin-sync");
  headers.back().second = "https://elsewhere.test@example.com/";
  EXPECT_EQ(Run(headers).reason, "");
}

}  // namespace
}  // namespace clerk
