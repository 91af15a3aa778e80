// The part of BackendClient that says who makes a request: its options stand in for what a call leaves open.
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "clerk/backend_client.h"
#include "fakes.h"
#include "token_signer.h"

namespace clerk {
namespace {

using testing::FakeClock;
using testing::FakeHttpClient;
using testing::JsonResponse;
using testing::SessionClaims;
using testing::TokenSigner;

constexpr const char* kLiveKey = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";  // clerk.example.com
constexpr const char* kPage = "https://example.com/dashboard";

class ClientAuthenticationTest : public ::testing::Test {
 protected:
  ClientAuthenticationTest() {
    options_.secret_key = "sk_live_x";
    options_.publishable_key = kLiveKey;
    options_.http = http_;
    options_.clock = &clock_;
  }

  [[nodiscard]] BackendClient Make() const { return BackendClient::Create(options_).value(); }

  [[nodiscard]] std::string Token(const nlohmann::json& changes = nlohmann::json::object()) const {
    nlohmann::json claims = SessionClaims(clock_.NowSeconds());
    claims["iss"] = "https://clerk.example.com";
    claims.update(changes);
    return TokenSigner::First().Sign(claims);
  }

  // The reason why a bearer token is refused, "" if it is not.
  [[nodiscard]] static std::string Refusal(const Result<RequestState>& state) {
    return state ? state->reason : "error: " + state.error().message;
  }
  [[nodiscard]] static std::string ByBearer(const BackendClient& client, const std::string& token) {
    const std::string header = "Bearer " + token;
    const std::vector<HeaderView> headers = {{"Authorization", header}};
    return Refusal(client.AuthenticateRequest({.url = kPage, .headers = headers}));
  }
  [[nodiscard]] static std::string ByBearer(const BackendClient& client, const std::string& token,
                                            const AuthenticateRequestOptions& options) {
    const std::string header = "Bearer " + token;
    const std::vector<HeaderView> headers = {{"Authorization", header}};
    return Refusal(client.AuthenticateRequest({.url = kPage, .headers = headers}, options));
  }
  // Where a page without a session is sent.
  [[nodiscard]] static std::string Handshake(const BackendClient& client, const AuthenticateRequestOptions& options) {
    const std::vector<HeaderView> headers = {{"Sec-Fetch-Dest", "document"}, {"Cookie", "__client_uat=1760000000"}};
    const auto state = client.AuthenticateRequest({.url = kPage, .headers = headers}, options);
    return state ? std::string(state->Location()) : "error: " + state.error().message;
  }

  [[nodiscard]] std::string MachineToken(const TokenSigner& signer = TokenSigner::First()) const {
    const auto now = clock_.NowSeconds();
    return signer.Sign({{"sub", "mch_1"},
                        {"jti", "mt_1"},
                        {"scopes", "mch_2 mch_3"},
                        {"iat", now - 1},
                        {"exp", now + 60},
                        {"iss", "https://clerk.example.com"},
                        {"theme", "dark"}});
  }
  [[nodiscard]] static ApiResult<std::string> VerifyMachine(const BackendClient& client, const std::string& token) {
    return client.Call("m2m.verify", nlohmann::json::array({{{"token", token}}}).dump());
  }

  FakeClock clock_;
  std::shared_ptr<FakeHttpClient> http_ = std::make_shared<FakeHttpClient>([](const HttpRequest& request) {
    return request.url.ends_with("/jwks") ? JsonResponse(TokenSigner::First().Jwks()) : JsonResponse("{}");
  });
  BackendClientOptions options_;
};

TEST_F(ClientAuthenticationTest, VerifiesWithTheKeysOfTheBackendApiAndFetchesThemOnceForAllCalls) {
  const auto client = Make();
  EXPECT_EQ(ByBearer(client, Token()), "");
  EXPECT_EQ(ByBearer(client, Token(), {.authorized_parties = {"https://app.example.com"}}), "");
  EXPECT_TRUE(client.VerifyToken(Token()));
  const auto kept = client.Authenticator({.audience = {"other"}});
  ASSERT_TRUE(kept);
  const std::string header = "Bearer " + Token();
  const std::vector<HeaderView> headers = {{"Authorization", header}};
  EXPECT_EQ(Refusal(kept->Authenticate({.url = kPage, .headers = headers})), "");
  ASSERT_EQ(http_->calls(), 1U);
  EXPECT_EQ(http_->requests()[0].url, "https://api.clerk.com/v1/jwks");
}

TEST_F(ClientAuthenticationTest, NeedsNoNetworkAndNoSecretKeyWithAJwtKey) {
  options_.secret_key.clear();
  options_.jwt_key = TokenSigner::First().Pem();
  const auto client = Make();
  EXPECT_TRUE(client.VerifyToken(Token()));
  EXPECT_EQ(ByBearer(client, Token(), {.without_secret_key = true}), "");
  EXPECT_EQ(client.users().Get("user_1").error().failure, ApiFailure::kInvalidArgument);
  EXPECT_EQ(http_->calls(), 0U);
}

TEST_F(ClientAuthenticationTest, TheOptionsOfACallWinOverThoseOfTheClient) {
  options_.audience = {"of-the-client"};
  options_.proxy_url = "https://app.example.com/__clerk";
  const auto client = Make();
  const std::string token = Token({{"aud", "of-the-call"}});
  EXPECT_EQ(ByBearer(client, token), "token-verification-failed");
  EXPECT_EQ(ByBearer(client, token, {.audience = {"of-the-call"}}), "");
  EXPECT_FALSE(client.VerifyToken(token));
  EXPECT_TRUE(client.VerifyToken(token, {.audience = {"of-the-call"}}));
  EXPECT_TRUE(Handshake(client, {}).starts_with("https://app.example.com/__clerk/v1/client/handshake?"));
  EXPECT_TRUE(Handshake(client, {.proxy_url = "/other"}).starts_with("https://example.com/other/v1/client/handshake?"));
}

TEST_F(ClientAuthenticationTest, KnowsThatItIsASatellite) {
  options_.is_satellite = true;
  options_.domain = "satellite.test";
  EXPECT_TRUE(Handshake(Make(), {.satellite_auto_sync = true}).starts_with("https://clerk.satellite.test/v1/client/handshake?"));
}

TEST_F(ClientAuthenticationTest, AKeyOfACallIsUsedForThatCallOnly) {
  const auto client = Make();
  const std::string pem = TokenSigner::Second().Pem();
  EXPECT_EQ(ByBearer(client, Token(), {.jwt_key = pem}), "token-invalid-signature");
  EXPECT_EQ(ByBearer(client, Token()), "");
  const auto verdict = client.VerifyToken(Token(), {.jwt_key = pem});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().reason, ErrorReason::kTokenInvalidSignature);
}

TEST_F(ClientAuthenticationTest, NoCallLeavesTheClientsApi) {
  options_.api_url = "https://api.example.test";
  options_.api_version = "v2";
  EXPECT_EQ(ByBearer(Make(), Token(), {.api_url = "https://elsewhere.test", .api_version = "v9"}), "");
  ASSERT_EQ(http_->calls(), 1U);
  EXPECT_EQ(http_->requests()[0].url, "https://api.example.test/v2/jwks");
}

TEST_F(ClientAuthenticationTest, TellsAtOnceOfKeysThatAreNone) {
  options_.publishable_key = "pk_live_nothing";
  EXPECT_EQ(BackendClient::Create(options_).error().reason, ErrorReason::kPublishableKeyInvalid);
  options_.publishable_key.clear();
  options_.jwt_key = "no key";
  EXPECT_EQ(BackendClient::Create(options_).error().reason, ErrorReason::kTokenVerificationFailed);
}

TEST_F(ClientAuthenticationTest, WithoutAPublishableKeyOnlyRequestsCannotBeJudged) {
  options_.publishable_key.clear();
  const auto client = Make();
  const auto state = client.AuthenticateRequest({.url = kPage});
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().reason, ErrorReason::kPublishableKeyInvalid);
  EXPECT_TRUE(client.VerifyToken(Token()));
}

TEST_F(ClientAuthenticationTest, VerifiesTheJwtOfAMachineItself) {
  const auto result = VerifyMachine(Make(), MachineToken());
  ASSERT_TRUE(result) << result.error().message;
  const auto now = clock_.NowSeconds();
  const nlohmann::json expected = {{"id", "mt_1"},
                                   {"subject", "mch_1"},
                                   {"scopes", {"mch_2", "mch_3"}},
                                   {"claims", {{"scopes", "mch_2 mch_3"}, {"theme", "dark"}}},
                                   {"revoked", false},
                                   {"revocationReason", nullptr},
                                   {"expired", false},
                                   {"expiration", (now + 60) * 1000},
                                   {"createdAt", (now - 1) * 1000},
                                   {"updatedAt", (now - 1) * 1000}};
  EXPECT_EQ(nlohmann::json::parse(*result), expected);
  ASSERT_EQ(http_->calls(), 1U);
  EXPECT_TRUE(http_->requests()[0].url.ends_with("/v1/jwks"));
}

TEST_F(ClientAuthenticationTest, LeavesTheClaimsOfAMachineAsTheyWereSigned) {
  const std::string exp = std::to_string(clock_.NowSeconds() + 60);
  const std::string token = TokenSigner::First().SignParts(R"({"alg":"RS256","kid":"ins_first"})",
                                                           R"({"sub":"mch_1","n":1e400,"a\"b":1,"n":-1e400,"exp":)" + exp + "}");
  const auto result = VerifyMachine(Make(), token);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->starts_with(R"({"claims":{"a\"b":1,"n":-1e400},"createdAt":null,)")) << *result;
}

TEST_F(ClientAuthenticationTest, RefusesAForgedJwtOfAMachineWithoutSendingIt) {
  options_.jwt_key = TokenSigner::First().Pem();
  const auto result = VerifyMachine(Make(), MachineToken(TokenSigner::Second()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, ApiFailure::kTokenRefused);
  EXPECT_TRUE(result.error().HasCode("token-verification-failed"));
  EXPECT_FALSE(result.error().IsTransient());
  EXPECT_EQ(http_->calls(), 0U);
}

TEST_F(ClientAuthenticationTest, SaysNothingAboutTheJwtOfAMachineWhileItsKeysCannotBeHad) {
  http_->SetAnswer([](const HttpRequest&) { return HttpError{HttpFailure::kUnreachable, "unreachable"}; });
  const auto result = VerifyMachine(Make(), MachineToken());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, ApiFailure::kUnreachable);
  EXPECT_TRUE(result.error().IsTransient());
}

TEST_F(ClientAuthenticationTest, AsksClerkAboutWhatIsNoJwtOfAMachine) {
  const auto client = Make();
  for (const std::string& token : {std::string("mt_opaque"), Token(), std::string("a.b.c")}) {
    ASSERT_TRUE(VerifyMachine(client, token));
    EXPECT_EQ(http_->requests().back().url, "https://api.clerk.com/m2m_tokens/verify") << token;
  }
}

}  // namespace
}  // namespace clerk
