// Signatures are checked here by OpenSSL against the published key set: none of the emulator's own encoding or signing is used.
#include <gmock/gmock.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

std::string DecodeBase64Url(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const auto padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size) - padding);
  return bytes;
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Key PublicKey(const json& jwk) {
  const auto number = [&jwk](const char* name) {
    const auto bytes = DecodeBase64Url(jwk.at(name).get<std::string>());
    return std::unique_ptr<BIGNUM, decltype(&BN_free)>(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr), &BN_free);
  };
  const auto n = number("n");
  const auto e = number("e");
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> params(OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr),
                                                                            &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  return Key(key, &EVP_PKEY_free);
}

bool Verifies(EVP_PKEY* key, const std::string& signed_text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size()) == 1;
}

struct Token {
  json header;
  json claims;
  std::string signed_text;
  std::string signature;
};

Token Read(const std::string& jwt) {
  const auto first = jwt.find('.');
  const auto second = jwt.find('.', first + 1);
  return {json::parse(DecodeBase64Url(jwt.substr(0, first))),
          json::parse(DecodeBase64Url(jwt.substr(first + 1, second - first - 1))), jwt.substr(0, second),
          DecodeBase64Url(jwt.substr(second + 1))};
}

class TokenTest : public testing::Test {
 protected:
  Token Issue(const std::string& path_suffix, const std::string& body = {}) {
    const auto response = emulator_.Backend("POST", "/v1/sessions/" + session_id_ + path_suffix, body);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(Json(response).at("object"), "token");
    return Read(Json(response).at("jwt"));
  }
  json KeySet() { return Json(emulator_.Control("GET", "/.well-known/jwks.json")); }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
  json entered_ = Json(emulator_.Control("POST", "/_emulator/sign-up", R"({"email":"ada@example.com"})"));
  std::string session_id_ = entered_.at("session_id");
  std::string user_id_ = entered_.at("user_id");
};

TEST_F(TokenTest, VerifiesAgainstThePublishedKeySet) {
  const auto keys = KeySet().at("keys");
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].at("kty"), "RSA");
  EXPECT_EQ(keys[0].at("alg"), "RS256");
  EXPECT_EQ(keys[0].at("use"), "sig");
  EXPECT_FALSE(keys[0].contains("d"));
  const auto key = PublicKey(keys[0]);
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 2048);

  auto token = Issue("/tokens");
  EXPECT_EQ(token.header.at("kid"), keys[0].at("kid"));
  EXPECT_TRUE(Verifies(key.get(), token.signed_text, token.signature));
  token.signed_text.back() = token.signed_text.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Verifies(key.get(), token.signed_text, token.signature));
}

TEST_F(TokenTest, SessionTokenHasVersionTwoClaims) {
  clock_.Advance(std::chrono::minutes(5));
  const auto token = Issue("/tokens");
  EXPECT_EQ(token.header, (json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "ins_test"}, {"cat", "cl_B7d4PD111AAA"}}));
  const auto now = clock_.Now().value / 1000;
  auto claims = token.claims;
  EXPECT_GE(claims.at("jti").get<std::string>().size(), 16U);
  claims.erase("jti");
  EXPECT_EQ(claims, (json{{"azp", "http://localhost:3000"},
                          {"exp", now + 60},
                          {"fva", {5, -1}},
                          {"iat", now},
                          {"iss", "https://clerk.localhost"},
                          {"nbf", now - 10},
                          {"sid", session_id_},
                          {"sts", "active"},
                          {"sub", user_id_},
                          {"v", 2}}));
}

TEST_F(TokenTest, TemplateTokenIsOfAnotherClassAndNamesNoSession) {
  const auto token = Issue("/tokens/posts", R"({"expires_in_seconds":120})");
  EXPECT_EQ(token.header.at("cat"), "cl_B7d4PD222AAA");
  EXPECT_FALSE(token.claims.contains("sid"));
  EXPECT_EQ(token.claims.at("sub"), user_id_);
  EXPECT_EQ(token.claims.at("exp").get<std::int64_t>() - token.claims.at("iat").get<std::int64_t>(), 120);
}

TEST_F(TokenTest, TemplateTokenSaysWhatItsTemplateSays) {
  const auto* const body = R"({"name":"mine","claims":{"who":"{{user.id}}"},"lifetime":300,"allowed_clock_skew":20})";
  ASSERT_EQ(emulator_.Backend("POST", "/v1/jwt_templates", body).status, 200);
  const auto token = Issue("/tokens/mine");
  const auto now = clock_.Now().value / 1000;
  EXPECT_EQ(token.claims.at("who"), user_id_);
  EXPECT_EQ(token.claims.at("exp"), now + 300);
  EXPECT_EQ(token.claims.at("nbf"), now - 20);
}

TEST_F(TokenTest, UnknownTemplateIsNotFound) {
  const auto response = emulator_.Backend("POST", "/v1/sessions/" + session_id_ + "/tokens/nobody");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(Json(response).at("errors")[0].at("code"), "resource_not_found");
}

TEST_F(TokenTest, PageOriginBecomesTheAuthorizedParty) {
  const auto azp = [this](const char* header, const char* value) {
    auto request = MakeRequest("GET", "/_emulator/token?session_id=" + session_id_);
    request.headers[header] = value;
    return Read(Json(emulator_.Handle(request)).at("token")).claims.at("azp").get<std::string>();
  };
  EXPECT_EQ(azp("origin", "http://127.0.0.1:3000"), "http://127.0.0.1:3000");
  EXPECT_EQ(azp("clerk-proxy-url", "https://app.example.com/__clerk"), "https://app.example.com");
  EXPECT_EQ(azp("referer", "http://localhost:8080/some/page?x=1"), "http://localhost:8080");
  EXPECT_EQ(azp("origin", "null"), "http://localhost:3000");
}

TEST_F(TokenTest, RevokedSessionHasNoTokens) {
  EXPECT_EQ(emulator_.Backend("POST", "/v1/sessions/" + session_id_ + "/revoke").status, 200);
  EXPECT_EQ(emulator_.Backend("POST", "/v1/sessions/" + session_id_ + "/tokens").status, 404);
  // 401, since only that makes a page sign out.
  EXPECT_EQ(emulator_.Control("GET", "/_emulator/token?session_id=" + session_id_).status, 401);
}

TEST_F(TokenTest, SessionEndsAfterSevenDays) {
  clock_.Advance(std::chrono::hours(7 * 24) - std::chrono::milliseconds(1));
  EXPECT_EQ(emulator_.Control("GET", "/_emulator/token?session_id=" + session_id_).status, 200);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(emulator_.Control("GET", "/_emulator/token?session_id=" + session_id_).status, 401);
}

TEST_F(TokenTest, BackendKeySetWantsTheSecretKeyAndEqualsThePublicOne) {
  EXPECT_EQ(emulator_.Control("GET", "/v1/jwks").status, 401);
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/jwks")), KeySet());
}

TEST(SigningKeyTest, OutlivesARestartAndIsReadableByItsOwnerOnly) {
  const TemporaryDirectory directory;
  const auto first = SigningKey::LoadOrCreate(directory.path(), "ins_test");
  const auto second = SigningKey::LoadOrCreate(directory.path(), "ins_test");
  ASSERT_TRUE(first && second);
  EXPECT_EQ((*first)->jwks(), (*second)->jwks());
  const auto permissions = std::filesystem::status(directory.path() / "signing-key.pem").permissions();
  EXPECT_EQ(permissions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace inkwell::emulator
