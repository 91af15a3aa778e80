#include "clerk/auth_object.h"

#include <gtest/gtest.h>

#include "encoding/json.h"
#include "tokens/auth_claims.h"

namespace clerk {
namespace {

using encoding::Json;

Result<AuthObject> Make(const Json& claims) { return tokens::MakeAuthObject(*encoding::JsonText::Read(claims.dump())); }

AuthObject Auth(const Json& claims) {
  auto auth = Make(claims);
  EXPECT_TRUE(auth);
  return auth ? *auth : AuthObject();
}

Json OrganizationClaims() {
  return {{"sub", "user_1"},
          {"v", 2},
          {"fva", {3, -1}},
          {"fea", "u:export,o:dashboard,ou:teams"},
          {"pla", "o:pro,u:free"},
          {"o", {{"id", "org_1"}, {"slg", "acme"}, {"rol", "admin"}, {"per", "manage,read"}, {"fpm", "3,2"}}}};
}

TEST(AuthObjectTest, ReadsTheOrganizationOfVersion1) {
  const auto auth = Auth({{"sub", "user_1"},
                          {"org_id", "org_1"},
                          {"org_role", "org:admin"},
                          {"org_slug", "acme"},
                          {"org_permissions", {"org:posts:create"}},
                          {"o", {{"id", "org_other"}}}});
  EXPECT_EQ(auth.org_id, "org_1");
  EXPECT_EQ(auth.org_role, "org:admin");
  EXPECT_EQ(auth.org_slug, "acme");
  EXPECT_EQ(auth.org_permissions, std::vector<std::string>{"org:posts:create"});
}

TEST(AuthObjectTest, DecodesThePermissionsOfVersion2ByOrganizationFeaturesOnly) {
  const auto auth = Auth(OrganizationClaims());
  EXPECT_EQ(auth.org_role, "org:admin");
  const std::vector<std::string> expected = {"org:dashboard:manage", "org:dashboard:read", "org:teams:read"};
  EXPECT_EQ(auth.org_permissions, expected);
}

TEST(AuthObjectTest, DecodesPermissionMapsWiderThan64Bits) {
  Json claims = OrganizationClaims();
  std::string names = "p0";
  for (int i = 1; i < 70; ++i) names += ",p" + std::to_string(i);
  claims["fea"] = "o:wide";
  claims["o"]["per"] = names;
  claims["o"]["fpm"] = "608742554438857654273";
  const std::vector<std::string> expected = {"org:wide:p0", "org:wide:p31", "org:wide:p32", "org:wide:p64", "org:wide:p69"};
  EXPECT_EQ(Auth(claims).org_permissions, expected);
}

TEST(AuthObjectTest, GrantsNothingOnAPermissionMapThatIsNoNumber) {
  Json claims = OrganizationClaims();
  claims["o"]["fpm"] = "-1,x";
  EXPECT_EQ(Auth(claims).org_permissions, std::vector<std::string>());
}

TEST(AuthObjectTest, TellsNoPermissionsFromNoOrganization) {
  Json claims = OrganizationClaims();
  claims["o"].erase("per");
  EXPECT_EQ(Auth(claims).org_permissions, std::vector<std::string>());
  claims.erase("o");
  EXPECT_FALSE(Auth(claims).org_permissions);
}

TEST(AuthObjectTest, TheTextTwoIsNotVersion2) {
  Json claims = OrganizationClaims();
  claims["v"] = "2";
  EXPECT_FALSE(Auth(claims).org_id);
}

TEST(AuthObjectTest, RefusesFeaturesWithoutScope) {
  Json claims = OrganizationClaims();
  claims["fea"] = "dashboard";
  EXPECT_FALSE(Make(claims));
}

TEST(AuthObjectTest, ShowsTheActor) {
  const auto auth = Auth({{"sub", "user_1"}, {"act", {{"sub", "user_2"}, {"iss", "x"}}}});
  ASSERT_TRUE(auth.actor);
  EXPECT_EQ(auth.actor->subject, "user_2");
  EXPECT_EQ(auth.actor->json, R"({"iss":"x","sub":"user_2"})");
}

TEST(AuthObjectTest, HasComparesRolesAndPermissionsWithoutTheirPrefix) {
  const auto auth = Auth(OrganizationClaims());
  EXPECT_TRUE(auth.Has({.role = "admin"}));
  EXPECT_TRUE(auth.Has({.role = "org:admin", .permission = "teams:read"}));
  EXPECT_FALSE(auth.Has({.role = "member"}));
  EXPECT_FALSE(auth.Has({.role = "admin", .permission = "org:teams:manage"}));
}

TEST(AuthObjectTest, HasLooksForFeaturesAndPlansInTheScopeAskedFor) {
  const auto auth = Auth(OrganizationClaims());
  EXPECT_TRUE(auth.Has({.feature = "dashboard"}));
  EXPECT_TRUE(auth.Has({.feature = "org:dashboard"}));
  EXPECT_FALSE(auth.Has({.feature = "user:dashboard"}));
  EXPECT_TRUE(auth.Has({.feature = "u:teams"}));
  EXPECT_FALSE(auth.Has({.feature = "x:teams"}));
  EXPECT_TRUE(auth.Has({.plan = "pro"}));
  EXPECT_FALSE(auth.Has({.plan = "u:pro"}));
}

TEST(AuthObjectTest, HasIsFalseWhenNothingIsAskedOrNobodyIsThere) {
  EXPECT_FALSE(Auth(OrganizationClaims()).Has({}));
  Json nobody = OrganizationClaims();
  nobody["sub"] = "";
  EXPECT_FALSE(Auth(nobody).Has({.role = "admin"}));
}

TEST(AuthObjectTest, HasIsFalseWhenAnEmptyNameIsAsked) {
  const auto auth = Auth(OrganizationClaims());
  EXPECT_FALSE(auth.Has({.role = "", .feature = "dashboard"}));
  EXPECT_FALSE(auth.Has({.permission = "", .feature = "dashboard"}));
  EXPECT_FALSE(auth.Has({.role = "admin", .feature = ""}));
  EXPECT_FALSE(auth.Has({.role = "admin", .plan = ""}));
  EXPECT_FALSE(auth.Has({.role = ""}));
}

bool Reverified(std::int64_t first, std::int64_t second, Reverification wanted) {
  AuthObject auth;
  auth.user_id = "user_1";
  auth.factor_verification_age = FactorVerificationAge{first, second};
  return auth.Has({.reverification = wanted});
}

TEST(AuthObjectTest, ReverificationLooksAtTheFactorsOfItsLevel) {
  constexpr Reverification kFirst{ReverificationLevel::kFirstFactor, 10};
  constexpr Reverification kSecond{ReverificationLevel::kSecondFactor, 10};
  constexpr Reverification kMulti{ReverificationLevel::kMultiFactor, 10};
  EXPECT_TRUE(Reverified(9, -1, kFirst));
  EXPECT_FALSE(Reverified(10, -1, kFirst));
  EXPECT_FALSE(Reverified(-1, 1, kFirst));
  EXPECT_TRUE(Reverified(99, 9, kSecond));
  EXPECT_TRUE(Reverified(9, -1, kSecond));
  EXPECT_FALSE(Reverified(1, 10, kSecond));
  EXPECT_TRUE(Reverified(9, 9, kMulti));
  EXPECT_TRUE(Reverified(9, -1, kMulti));
  EXPECT_FALSE(Reverified(9, 10, kMulti));
  EXPECT_FALSE(Reverified(-1, 1, kMulti));
  EXPECT_FALSE(Reverified(-1, -1, kSecond));
  EXPECT_FALSE(Reverified(-2, 1, kSecond));
  EXPECT_FALSE(Reverified(1, 1, {ReverificationLevel::kFirstFactor, 0}));
}

TEST(AuthObjectTest, TakesNoFactorAgesThatAreNoWholeNumbers) {
  for (const Json& ages : {Json{-0.5, 5}, Json{0, -1.5}, Json{9.5, 9.5}, Json{"0", 0}, Json{0, 1e300}}) {
    const auto auth = Auth({{"sub", "user_1"}, {"fva", ages}});
    EXPECT_FALSE(auth.factor_verification_age) << ages;
    EXPECT_FALSE(auth.Has({.reverification = ReverificationPreset("lax")})) << ages;
  }
  const auto whole = Auth({{"sub", "user_1"}, {"fva", {3.0, -1}}});
  ASSERT_TRUE(whole.factor_verification_age);
  EXPECT_EQ(whole.factor_verification_age->first_factor, 3);
}

TEST(AuthObjectTest, KnowsClerksPresets) {
  EXPECT_EQ(ReverificationPreset("strict_mfa")->level, ReverificationLevel::kMultiFactor);
  EXPECT_EQ(ReverificationPreset("lax")->after_minutes, 1440);
  EXPECT_FALSE(ReverificationPreset("sloppy"));
}

}  // namespace
}  // namespace clerk
