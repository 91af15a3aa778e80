#include "gateway/auth/session_authenticator.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "clerk/http_client.h"
#include "clerk/request_authenticator.h"
#include "httplib.h"
#include "tests/unit/gateway/auth/signed_token.h"
#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

using std::chrono::system_clock;

constexpr const char* kHeader = R"({"alg":"RS256","typ":"JWT","kid":"ins_1","cat":"cl_B7d4PD111AAA"})";
constexpr const char* kOrigin = "http://localhost:3000";

nlohmann::json Claims() {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(system_clock::now().time_since_epoch()).count();
  return {{"sub", "user_2abc"}, {"sid", "sess_1"}, {"iss", "https://clerk.localhost"},
          {"azp", kOrigin},     {"iat", now - 1},  {"nbf", now - 10},
          {"exp", now + 60},    {"sts", "active"}};
}

// One key for all tests: making one takes a while.
const TokenSigner& Signer() {
  static const TokenSigner signer;
  return signer;
}

std::string TokenOf(const nlohmann::json& claims) { return Signer().Sign(kHeader, claims.dump()); }

clerk::AuthenticateRequestOptions LocalKey() {
  clerk::AuthenticateRequestOptions options;
  options.publishable_key = "pk_test_Y2xlcmsubG9jYWxob3N0JA";
  options.without_secret_key = true;
  options.jwt_key = Signer().PublicKeyPem();
  options.authorized_parties = {kOrigin};
  options.proxy_url = "/__clerk";
  return options;
}

// The cookies of a browser that is signed in at a development instance.
std::string SignedInCookies(const std::string& token) { return "__clerk_db_jwt=dvb; __client_uat=1; __session=" + token; }

class SessionAuthenticatorTest : public testing::Test {
 protected:
  explicit SessionAuthenticatorTest(clerk::AuthenticateRequestOptions options = LocalKey())
      : clerk_(clerk::RequestAuthenticator::Create(std::move(options)).value()),
        authenticator_(clerk_, {kOrigin}, "", std::make_shared<prometheus::Registry>()) {}

  // The handler's answer is the user's id.
  Response Run(Exchange::Parts parts, bool is_page = false) {
    const Exchange exchange(std::move(parts));
    const SessionHandler handler = [](const RequestInfo&, const runtime::Principal& user, Reply reply) {
      std::move(reply).Send(TextResponse(200, runtime::ToString(user)));
    };
    const RouteHandler guarded = is_page ? authenticator_.GuardPage(handler) : authenticator_.Guard(handler);
    guarded(httplib::Request(), exchange.request(), exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  Response RunWithBearer(const std::string& token, std::string method = "GET") {
    return Run({.method = std::move(method), .headers = {{"Authorization", "Bearer " + token}}});
  }

  static std::string ReasonOf(const Response& response) {
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(HeaderOf(response, "x-clerk-auth-status"), "signed-out");
    EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "Bearer");
    const std::string reason = nlohmann::json::parse(response.body.view())["reason"];
    EXPECT_EQ(HeaderOf(response, "x-clerk-auth-reason"), reason);
    return reason;
  }

 private:
  clerk::RequestAuthenticator clerk_;
  SessionAuthenticator authenticator_;
};

TEST_F(SessionAuthenticatorTest, LetsASessionTokenIn) {
  const Response response = RunWithBearer(TokenOf(Claims()));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.view(), "user:user_2abc");
}

TEST_F(SessionAuthenticatorTest, AsksForATokenWhenThereIsNone) {
  EXPECT_EQ(ReasonOf(Run({.headers = {{"Cookie", "__clerk_db_jwt=dvb"}}})), "session-token-and-uat-missing");
  EXPECT_EQ(ReasonOf(Run({})), "dev-browser-missing");
}

TEST_F(SessionAuthenticatorTest, RefusesNonsense) { EXPECT_EQ(ReasonOf(RunWithBearer("nonsense")), "token-invalid"); }

TEST_F(SessionAuthenticatorTest, RefusesAForeignSignature) {
  const TokenSigner stranger;
  EXPECT_EQ(ReasonOf(RunWithBearer(stranger.Sign(kHeader, Claims().dump()))), "token-invalid-signature");
}

TEST_F(SessionAuthenticatorTest, NamesAnExpiredTokenAsClerkDoes) {
  nlohmann::json claims = Claims();
  claims["exp"] = claims["iat"].get<long>() - 60;
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "session-token-expired-refresh-non-eligible-no-refresh-cookie");
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims), "POST")), "session-token-expired-refresh-non-eligible-non-get");
}

TEST_F(SessionAuthenticatorTest, NamesATokenOfTheFutureAsClerkDoes) {
  nlohmann::json claims = Claims();
  claims["nbf"] = claims["iat"].get<long>() + 600;
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "session-token-nbf");
  claims = Claims();
  claims["iat"] = claims["iat"].get<long>() + 600;
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "session-token-iat-in-the-future");
}

TEST_F(SessionAuthenticatorTest, RefusesAnotherAuthorizedParty) {
  nlohmann::json claims = Claims();
  claims["azp"] = "https://evil.example";
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "token-invalid-authorized-parties");
}

TEST_F(SessionAuthenticatorTest, RefusesATokenFromATemplate) {
  nlohmann::json claims = Claims();
  claims.erase("sid");
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "token-type-mismatch");
}

TEST_F(SessionAuthenticatorTest, TreatsAPendingSessionAsSignedOut) {
  nlohmann::json claims = Claims();
  claims["sts"] = "pending";
  EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "session-pending");
}

TEST_F(SessionAuthenticatorTest, RefusesASubjectThatIsNoUserId) {
  for (const std::string subject : {"", "mch_2abc", "user 1", "user_1\r\nx: y", "user_\xc3\xa9"}) {
    nlohmann::json claims = Claims();
    claims["sub"] = subject;
    EXPECT_EQ(ReasonOf(RunWithBearer(TokenOf(claims))), "token-type-mismatch") << subject;
  }
}

TEST_F(SessionAuthenticatorTest, NeverRepeatsTheToken) {
  const std::string token = TokenOf(Claims()) + "x";
  const Response response = RunWithBearer(token);
  EXPECT_EQ(response.body.view().find(token.substr(0, 24)), std::string_view::npos);
}

TEST_F(SessionAuthenticatorTest, ReadsTheCookieOnASafeMethodFromAnywhere) {
  const Response response = Run({.headers = {{"Cookie", "a=b"}, {"Cookie", SignedInCookies(TokenOf(Claims()))}}});
  EXPECT_EQ(response.status, 200);
}

TEST_F(SessionAuthenticatorTest, WantsAnOriginOfThisSiteForAChangeByCookie) {
  const std::string cookie = SignedInCookies(TokenOf(Claims()));
  EXPECT_EQ(Run({.method = "POST", .headers = {{"Cookie", cookie}, {"Origin", kOrigin}}}).status, 200);
  for (const std::vector<std::pair<std::string, std::string>>& headers :
       {std::vector<std::pair<std::string, std::string>>{{"Cookie", cookie}},
        {{"Cookie", cookie}, {"Origin", "https://evil.example"}},
        {{"Cookie", cookie}, {"Origin", "null"}}}) {
    const Response response = Run({.method = "POST", .headers = headers});
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(nlohmann::json::parse(response.body.view())["reason"], "ORIGIN_NOT_ALLOWED");
  }
}

TEST_F(SessionAuthenticatorTest, WantsNoOriginForAChangeByBearer) {
  EXPECT_EQ(RunWithBearer(TokenOf(Claims()), "POST").status, 200);
}

Exchange::Parts PageRequest(std::string cookies) {
  return {.target = "/account?a=b",
          .headers = {{"Accept", "text/html"}, {"Host", "localhost:3000"}, {"Cookie", std::move(cookies)}}};
}

TEST_F(SessionAuthenticatorTest, ServesAPageToWhoIsSignedIn) {
  const Response response = Run(PageRequest(SignedInCookies(TokenOf(Claims()))), true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.view(), "user:user_2abc");
}

TEST_F(SessionAuthenticatorTest, SendsASignedOutPageToSignIn) {
  const Response response = Run(PageRequest("__clerk_db_jwt=dvb; __client_uat=0"), true);
  EXPECT_EQ(response.status, 307);
  EXPECT_EQ(HeaderOf(response, "Location"), "/sign-in?redirect_url=%2Faccount%3Fa%3Db");
  EXPECT_EQ(HeaderOf(response, "x-clerk-auth-reason"), "session-token-and-uat-missing");
}

TEST_F(SessionAuthenticatorTest, SendsAnExpiredPageThroughTheHandshakeAndAnExpiredCallAway) {
  nlohmann::json claims = Claims();
  claims["exp"] = claims["iat"].get<long>() - 60;
  const std::string cookies = SignedInCookies(TokenOf(claims));
  const Response page = Run(PageRequest(cookies), true);
  EXPECT_EQ(page.status, 307);
  EXPECT_TRUE(HeaderOf(page, "Location")
                  .starts_with("http://localhost:3000/__clerk/v1/client/handshake?redirect_url=http%3A%2F%2Flocalhost%3A3000%2F"
                               "account%3Fa%3Db&"))
      << HeaderOf(page, "Location");
  EXPECT_EQ(HeaderOf(page, "Set-Cookie"), "__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2");
  EXPECT_EQ(ReasonOf(Run(PageRequest(cookies))), "session-token-expired-refresh-non-eligible-no-refresh-cookie");
}

TEST_F(SessionAuthenticatorTest, AnswersAForeignHandshakeAsTheClientsFault) {
  const Response response = Run({.target = "/account?__clerk_handshake=a.b.c", .headers = {{"Accept", "text/html"}}}, true);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(nlohmann::json::parse(response.body.view())["reason"], "handshake-invalid");
}

class ProductionPageTest : public SessionAuthenticatorTest {
 protected:
  ProductionPageTest()
      : SessionAuthenticatorTest([] {
          clerk::AuthenticateRequestOptions options = LocalKey();
          options.publishable_key = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
          return options;
        }()) {}
};

TEST_F(ProductionPageTest, GivesTheCookiesOfAHandshakeToTheBrowserWithThePage) {
  const std::string directive = "__session=" + TokenOf(Claims()) + "; Path=/";
  const std::string handshake = Signer().Sign(kHeader, nlohmann::json{{"handshake", {directive}}}.dump());
  const Response response = Run(PageRequest("__clerk_handshake=" + handshake), true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(HeaderOf(response, "Set-Cookie"), directive);
}

// A key set that nobody serves.
class DeadEnd final : public clerk::HttpClient {
 public:
  clerk::Result<clerk::HttpResponse, clerk::HttpError> Send(const clerk::HttpRequest&) override {
    return clerk::HttpError{clerk::HttpFailure::kUnreachable, "unreachable"};
  }
};

clerk::AuthenticateRequestOptions UnreachableKeys() {
  clerk::AuthenticateRequestOptions options = LocalKey();
  options.jwt_key.clear();
  clerk::RemoteJwks& remote = options.remote_jwks.emplace();
  remote.url = "http://127.0.0.1:1/jwks";
  remote.http = std::make_shared<DeadEnd>();
  remote.max_attempts = 1;
  return options;
}

class SessionAuthenticatorWithoutKeysTest : public SessionAuthenticatorTest {
 protected:
  SessionAuthenticatorWithoutKeysTest() : SessionAuthenticatorTest(UnreachableKeys()) {}
};

TEST_F(SessionAuthenticatorWithoutKeysTest, IsUnavailableRatherThanSignedOut) {
  const Response response = RunWithBearer(TokenOf(Claims()));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
  EXPECT_EQ(nlohmann::json::parse(response.body.view())["reason"], "jwk-remote-failed-to-load");
}

}  // namespace
}  // namespace inkwell::gateway
