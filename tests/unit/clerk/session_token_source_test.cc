#include "clerk/session_token_source.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using nlohmann::json;

constexpr std::int64_t kNow = 1'760'000'000;
const std::string kLiveKey = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";  // clerk.example.com, suffix naoXFJnI

std::optional<FoundToken> Find(std::string_view authorization, std::string_view cookie, const std::string& key = kLiveKey) {
  const auto parsed = PublishableKey::Parse(key);
  EXPECT_TRUE(parsed);
  return FindSessionToken({authorization, cookie}, *parsed, std::chrono::system_clock::time_point(std::chrono::seconds(kNow)));
}

// An unsigned token: nothing is verified here.
std::string Token(const std::string& host, std::int64_t iat = kNow, std::int64_t exp = kNow + 60) {
  const json claims = {{"iss", "https://" + host}, {"iat", iat}, {"exp", exp}};
  return "e30." + testing::Base64Url(claims.dump()) + ".AA";
}

TEST(SessionTokenSourceTest, ReadsTheAuthorizationHeader) {
  EXPECT_EQ(Find("Bearer abc", "")->token, "abc");
  EXPECT_EQ(Find("Bearer abc", "")->carrier, TokenCarrier::kHeader);
  EXPECT_EQ(Find("abc", "")->token, "abc");
  EXPECT_EQ(Find("Bearer abc def", "")->token, "abc");
  EXPECT_EQ(Find("Bearer", "")->token, "Bearer");
  EXPECT_EQ(Find("Bearer  abc", "")->token, "Bearer");
}

TEST(SessionTokenSourceTest, LeavesOtherSchemesAlone) {
  EXPECT_FALSE(Find("Basic dTpw", ""));
  EXPECT_FALSE(Find("bearer abc", ""));
  const std::string session = Token("clerk.example.com");
  EXPECT_EQ(Find("Basic dTpw", "__session=" + session)->token, session);
}

TEST(SessionTokenSourceTest, TheHeaderAlwaysWins) {
  const auto found = Find("Bearer abc", "__session=" + Token("clerk.example.com"));
  EXPECT_EQ(found->token, "abc");
  EXPECT_EQ(found->carrier, TokenCarrier::kHeader);
}

TEST(SessionTokenSourceTest, ReadsCookiesByTheirPlainAndSuffixedNames) {
  const std::string session = Token("clerk.example.com");
  EXPECT_EQ(Find("", "a=b; __session=" + session + "; c")->token, session);
  EXPECT_EQ(Find("", "__session=" + session)->carrier, TokenCarrier::kCookie);
  EXPECT_EQ(Find("", "__session_naoXFJnI=" + session + "; __client_uat_naoXFJnI=5")->token, session);
  EXPECT_FALSE(Find("", "__session_AAAAAAAA=" + session));
  EXPECT_FALSE(Find("", "__Session=" + session));
  EXPECT_FALSE(Find("", "__session="));
  EXPECT_FALSE(Find("", "session=x; __sessionx=y"));
}

TEST(SessionTokenSourceTest, ReadsCookieSyntaxAsClerkDoes) {
  EXPECT_EQ(Find("", "__session=first; __session=second")->token, "first");
  EXPECT_EQ(Find("", "\t __session \t= v ;x")->token, "v");
  EXPECT_EQ(Find("", "__session=a%2Eb")->token, "a.b");
  EXPECT_EQ(Find("", "__session=a%2")->token, "a%2");
  EXPECT_EQ(Find("", "__session=%ff")->token, "%ff");
  EXPECT_EQ(Find("", "__session=\"q\"")->token, "\"q\"");
  EXPECT_EQ(Find("", "__session=a=b")->token, "a=b");
}

TEST(SessionTokenSourceTest, ASessionOfAnotherInstanceOnTheSameDomainIsNotOurs) {
  const std::string foreign = Token("clerk.other.example");
  const std::string own = Token("clerk.example.com");
  EXPECT_FALSE(Find("", "__session=" + foreign));
  EXPECT_EQ(Find("", "__session=" + foreign + "; __session_naoXFJnI=" + own)->token, own);
}

TEST(SessionTokenSourceTest, TheNewerOfPlainAndSuffixedSessionWins) {
  const std::string old_token = Token("clerk.example.com", kNow - 100);
  const std::string new_token = Token("clerk.example.com", kNow);
  const std::string uats = "; __client_uat=1; __client_uat_naoXFJnI=1";
  EXPECT_EQ(Find("", "__session=" + new_token + "; __session_naoXFJnI=" + old_token + uats)->token, new_token);
  EXPECT_EQ(Find("", "__session=" + old_token + "; __session_naoXFJnI=" + new_token + uats)->token, new_token);
}

TEST(SessionTokenSourceTest, ASuffixedSignOutGivesWayToAPlainSession) {
  const std::string plain = Token("clerk.example.com");
  EXPECT_EQ(Find("", "__session=" + plain + "; __client_uat=5; __client_uat_naoXFJnI=0; __session_naoXFJnI=x")->token, plain);
}

TEST(SessionTokenSourceTest, InDevelopmentAnExpiredSuffixedSessionGivesWayToAPlainSignOut) {
  const std::string key = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k";  // suffix l2OS3d9k
  const std::string expired = Token("clerk.example.com", kNow - 100, kNow);
  const std::string cookies = "__client_uat=0; __client_uat_l2OS3d9k=7; __session_l2OS3d9k=" + expired;
  EXPECT_FALSE(Find("", cookies, key));
}

TEST(PublishableKeyTest, DecodesTheHost) {
  const auto key = PublishableKey::Parse(kLiveKey);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->host(), "clerk.example.com");
  EXPECT_EQ(key->frontend_api(), "clerk.example.com");
  EXPECT_EQ(key->instance_type(), InstanceType::kProduction);
  EXPECT_EQ(key->cookie_suffix(), "naoXFJnI");
}

TEST(PublishableKeyTest, RefusesWhatIsNoKey) {
  for (const char* text :
       {"", "pk_live_", "pk_live_JA", "pk_live_bG9jYWxob3N0JA", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20",
        "pk_prod_Y2xlcmsuZXhhbXBsZS5jb20k", "sk_live_Y2xlcmsuZXhhbXBsZS5jb20k", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k_x",
        "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k====", "pk_live_!!!!", " pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"}) {
    const auto key = PublishableKey::Parse(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().reason, ErrorReason::kPublishableKeyInvalid);
  }
}

TEST(PublishableKeyTest, AProxyAndASatelliteDomainMoveTheFrontendApiButNotTheHost) {
  const auto proxied = PublishableKey::Parse(kLiveKey, {"https://p.example/__clerk", "sat.example", true});
  EXPECT_EQ(proxied->frontend_api(), "https://p.example/__clerk");
  const auto satellite = PublishableKey::Parse(kLiveKey, {"", "sat.example", true});
  EXPECT_EQ(satellite->frontend_api(), "clerk.sat.example");
  EXPECT_EQ(satellite->host(), "clerk.example.com");
  const auto domain_alone = PublishableKey::Parse(kLiveKey, {"", "sat.example", false});
  EXPECT_EQ(domain_alone->frontend_api(), "clerk.example.com");
}

TEST(PublishableKeyTest, IsBuiltFromAHost) {
  EXPECT_EQ(PublishableKey::Build("clerk.example.com"), kLiveKey);
  EXPECT_EQ(PublishableKey::Build("foo-bar-13.clerk.accounts.dev"), "pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk");
  EXPECT_EQ(PublishableKey::Build("clerk.foo.lcl.dev"), "pk_test_Y2xlcmsuZm9vLmxjbC5kZXYk");
  EXPECT_TRUE(PublishableKey::Build("a-b-c-12.clerk.accounts.dev").starts_with("pk_live_"));
  EXPECT_TRUE(PublishableKey::Build("a-b-123.clerk.accounts.dev").starts_with("pk_live_"));
}

}  // namespace
}  // namespace clerk
