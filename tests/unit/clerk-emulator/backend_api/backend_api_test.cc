#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

class BackendApiTest : public testing::Test {
 protected:
  json Create(const json& body) {
    const auto response = emulator_.Backend("POST", "/v1/users", body.dump());
    EXPECT_EQ(response.status, 200) << response.body;
    return Json(response);
  }

  void ExpectError(const HttpResponse& response, int status, const std::string& code, const std::string& param = {}) {
    EXPECT_EQ(response.status, status) << response.body;
    const auto body = Json(response);
    ASSERT_TRUE(body.is_object()) << response.body;
    EXPECT_FALSE(body.at("clerk_trace_id").get<std::string>().empty());
    ASSERT_EQ(body.at("errors").size(), 1U);
    const auto& error = body.at("errors")[0];
    EXPECT_EQ(error.at("code"), code);
    EXPECT_TRUE(error.at("message").is_string());
    EXPECT_TRUE(error.at("long_message").is_string());
    EXPECT_EQ(error.at("meta"), param.empty() ? json::object() : json({{"param_name", param}}));
  }

  std::vector<std::string> Names(const std::string& query) {
    const auto response = emulator_.Backend("GET", "/v1/users" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    std::vector<std::string> names;
    for (const auto& user : Json(response)) names.push_back(user.at("first_name"));
    return names;
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
};

TEST_F(BackendApiTest, WantsTheSecretKey) {
  ExpectError(emulator_.Control("GET", "/v1/users"), 401, "authentication_invalid");
  auto request = MakeRequest("GET", "/v1/users");
  request.headers["authorization"] = "Bearer sk_test_of_another_instance";
  ExpectError(emulator_.Handle(request), 401, "clerk_key_invalid");
}

TEST_F(BackendApiTest, CreatedUserHasEveryFieldThatClerkRequires) {
  const auto user = Create({{"email_address", {"Ada@Example.com", "ada@work.example"}},
                            {"first_name", "Ada"},
                            {"last_name", "Lovelace"},
                            {"username", "ada_l"},
                            {"public_metadata", {{"plan", "pro"}}}});
  EXPECT_THAT(user.at("id").get<std::string>(), testing::MatchesRegex("user_2[0-9A-Za-z]{26}"));
  // The `required` list of User in bapi/2026-05-12, and image_url.
  for (const char* field : {"object",
                            "username",
                            "first_name",
                            "last_name",
                            "has_image",
                            "primary_email_address_id",
                            "primary_phone_number_id",
                            "primary_web3_wallet_id",
                            "password_enabled",
                            "two_factor_enabled",
                            "totp_enabled",
                            "backup_code_enabled",
                            "email_addresses",
                            "phone_numbers",
                            "web3_wallets",
                            "passkeys",
                            "external_accounts",
                            "saml_accounts",
                            "enterprise_accounts",
                            "public_metadata",
                            "external_id",
                            "last_sign_in_at",
                            "banned",
                            "locked",
                            "lockout_expires_in_seconds",
                            "verification_attempts_remaining",
                            "created_at",
                            "updated_at",
                            "delete_self_enabled",
                            "create_organization_enabled",
                            "last_active_at",
                            "mfa_enabled_at",
                            "mfa_disabled_at",
                            "legal_accepted_at",
                            "image_url"}) {
    EXPECT_TRUE(user.contains(field)) << field;
  }
  EXPECT_EQ(user.at("created_at"), clock_.Now().value);
  EXPECT_EQ(user.at("public_metadata"), (json{{"plan", "pro"}}));
  const auto& email = user.at("email_addresses").at(0);
  EXPECT_EQ(email.at("email_address"), "ada@example.com");
  EXPECT_EQ(email.at("id"), user.at("primary_email_address_id"));
  EXPECT_EQ(email.at("verification").at("status"), "verified");
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/users/" + user.at("id").get<std::string>())), user);
}

TEST_F(BackendApiTest, UserMayHaveNothingButAPhoneNumber) {
  const auto user = Create({{"phone_number", {"+15555550100"}}});
  EXPECT_EQ(user.at("phone_numbers").at(0).at("phone_number"), "+15555550100");
  EXPECT_EQ(user.at("primary_phone_number_id"), user.at("phone_numbers").at(0).at("id"));
  EXPECT_THAT(user.at("email_addresses"), IsEmpty());
  for (const char* field : {"primary_email_address_id", "first_name", "last_name", "username", "external_id"}) {
    EXPECT_TRUE(user.at(field).is_null()) << field;
  }
}

TEST_F(BackendApiTest, IdentifiersAreUniqueAmongTheLiving) {
  const auto ada = Create({{"email_address", {"ada@example.com"}}, {"username", "ada_l"}, {"external_id", "7"}});
  const auto again = [this](const json& body) { return emulator_.Backend("POST", "/v1/users", body.dump()); };
  ExpectError(again({{"email_address", {"ADA@example.com"}}}), 422, "form_identifier_exists", "email_address");
  ExpectError(again({{"username", "Ada_L"}}), 422, "form_identifier_exists", "username");
  ExpectError(again({{"external_id", "7"}}), 422, "form_identifier_exists", "external_id");

  EXPECT_EQ(emulator_.Backend("DELETE", "/v1/users/" + ada.at("id").get<std::string>()).status, 200);
  const auto new_ada = Create({{"email_address", {"ada@example.com"}}, {"username", "ada_l"}, {"external_id", "7"}});
  EXPECT_NE(new_ada.at("id"), ada.at("id"));
}

TEST_F(BackendApiTest, RefusesBadInputNamingTheParameter) {
  const auto create = [this](const std::string& body) { return emulator_.Backend("POST", "/v1/users", body); };
  ExpectError(create("{"), 400, "request_body_invalid");
  ExpectError(create("[]"), 400, "request_body_invalid");
  ExpectError(create(std::string("{}\0x", 4)), 400, "request_body_invalid");
  ExpectError(create("{\"public_metadata\":" + std::string(100, '[') + std::string(100, ']') + "}"), 400, "request_body_invalid");
  ExpectError(create(R"({"email_address":["nobody"]})"), 422, "form_param_format_invalid", "email_address");
  ExpectError(create(R"({"email_address":7})"), 422, "form_param_format_invalid", "email_address");
  ExpectError(create(R"({"phone_number":["0100"]})"), 422, "form_param_format_invalid", "phone_number");
  ExpectError(create(R"({"username":"a b"})"), 422, "form_param_format_invalid", "username");
  ExpectError(create(R"({"first_name":"a\u0000b"})"), 422, "form_param_value_invalid", "first_name");
  ExpectError(create(R"({"public_metadata":[]})"), 422, "form_param_format_invalid", "public_metadata");
  ExpectError(create(R"({"shoe_size":43})"), 422, "form_param_unknown", "shoe_size");
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/users/count")).at("total_count"), 0);
}

TEST_F(BackendApiTest, UpdatesWhatIsGivenAndRemovesWhatIsNull) {
  const auto user =
      Create({{"first_name", "Ada"}, {"last_name", "Lovelace"}, {"email_address", {"a@example.com", "b@example.com"}}});
  const auto path = "/v1/users/" + user.at("id").get<std::string>();
  const auto second = user.at("email_addresses").at(1).at("id");
  const auto updated = Json(emulator_.Backend(
      "PATCH", path, json{{"first_name", "Augusta"}, {"last_name", nullptr}, {"primary_email_address_id", second}}.dump()));
  EXPECT_EQ(updated.at("first_name"), "Augusta");
  EXPECT_TRUE(updated.at("last_name").is_null());
  EXPECT_EQ(updated.at("primary_email_address_id"), second);
  ExpectError(emulator_.Backend("PATCH", path, R"({"primary_email_address_id":"idn_other"})"), 422, "form_param_value_invalid",
              "primary_email_address_id");
  ExpectError(emulator_.Backend("PATCH", path, R"({"public_metadata":{}})"), 422, "form_param_unknown", "public_metadata");
}

TEST_F(BackendApiTest, UpdatedAtGrowsWithEveryChangeOnAClockThatStandsStill) {
  const auto user = Create({{"first_name", "Ada"}});
  const auto path = "/v1/users/" + user.at("id").get<std::string>();
  auto last = user.at("updated_at").get<std::int64_t>();
  for (int i = 0; i < 3; ++i) {
    const auto next = Json(emulator_.Backend("PATCH", path, R"({"first_name":"Ada"})")).at("updated_at").get<std::int64_t>();
    EXPECT_GT(next, last);
    last = next;
  }
}

TEST_F(BackendApiTest, MetadataIsMergedDeeplyAndNullRemovesAKey) {
  const auto user =
      Create({{"public_metadata", {{"a", {{"x", 1}, {"y", 2}}}, {"keep", true}}}, {"private_metadata", {{"p", 1}}}});
  const auto path = "/v1/users/" + user.at("id").get<std::string>() + "/metadata";
  const auto merged = Json(emulator_.Backend("PATCH", path, R"({"public_metadata":{"a":{"x":null,"z":3}}})"));
  EXPECT_EQ(merged.at("public_metadata"), (json{{"a", {{"y", 2}, {"z", 3}}}, {"keep", true}}));
  EXPECT_EQ(merged.at("private_metadata"), (json{{"p", 1}}));
}

TEST_F(BackendApiTest, BanningRevokesTheSessionsAndRefusesNewOnes) {
  const auto id = Create({{"email_address", {"ada@example.com"}}}).at("id").get<std::string>();
  const auto session = Json(emulator_.Backend("POST", "/v1/sessions", json{{"user_id", id}}.dump())).at("id").get<std::string>();
  EXPECT_EQ(Json(emulator_.Backend("POST", "/v1/users/" + id + "/ban")).at("banned"), true);
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/sessions/" + session)).at("status"), "revoked");
  ExpectError(emulator_.Control("POST", "/_emulator/sign-in", R"({"email":"ada@example.com"})"), 403, "user_banned");
  EXPECT_EQ(Json(emulator_.Backend("POST", "/v1/users/" + id + "/unban")).at("banned"), false);
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/sign-in", R"({"email":"ada@example.com"})").status, 200);
}

TEST_F(BackendApiTest, DeletedUserIsGoneWithItsSessions) {
  const auto id = Create({{"first_name", "Ada"}}).at("id").get<std::string>();
  const auto session = Json(emulator_.Backend("POST", "/v1/sessions", json{{"user_id", id}}.dump())).at("id").get<std::string>();
  EXPECT_EQ(Json(emulator_.Backend("DELETE", "/v1/users/" + id)), (json{{"object", "user"}, {"id", id}, {"deleted", true}}));
  for (const char* method : {"GET", "DELETE", "PATCH"}) {
    ExpectError(emulator_.Backend(method, "/v1/users/" + id), 404, "resource_not_found");
  }
  ExpectError(emulator_.Backend("GET", "/v1/sessions/" + session), 404, "resource_not_found");
  ExpectError(emulator_.Backend("POST", "/v1/sessions", json{{"user_id", id}}.dump()), 404, "resource_not_found");
}

TEST_F(BackendApiTest, ListsNewestFirstInPages) {
  for (const char* name : {"A", "B", "C", "D"}) {
    Create({{"first_name", name}});
    clock_.Advance(std::chrono::milliseconds(5));
  }
  EXPECT_THAT(Names(""), ElementsAre("D", "C", "B", "A"));
  EXPECT_THAT(Names("?limit=2"), ElementsAre("D", "C"));
  EXPECT_THAT(Names("?limit=2&offset=3"), ElementsAre("A"));
  EXPECT_THAT(Names("?offset=9"), IsEmpty());
  EXPECT_THAT(Names("?order_by=+created_at&limit=1"), ElementsAre("A"));
}

TEST_F(BackendApiTest, OrdersByTheAskedFieldAndFollowsACursor) {
  std::string id_of_b;
  for (const char* name : {"B", "A", "C"}) {
    const auto id = Create({{"first_name", name}}).at("id").get<std::string>();
    if (*name == 'B') id_of_b = id;
    clock_.Advance(std::chrono::milliseconds(5));
  }
  EXPECT_THAT(Names("?order_by=first_name"), ElementsAre("A", "B", "C"));
  EXPECT_THAT(Names("?order_by=-first_name"), ElementsAre("C", "B", "A"));
  EXPECT_THAT(Names("?order_by=+created_at&starting_after=" + id_of_b), ElementsAre("A", "C"));
  ExpectError(emulator_.Backend("GET", "/v1/users?order_by=first_name&starting_after=" + id_of_b), 422,
              "form_param_value_invalid", "starting_after");
  ExpectError(emulator_.Backend("GET", "/v1/users?order_by=shoe_size"), 422, "form_param_value_invalid", "order_by");
  ExpectError(emulator_.Backend("GET", "/v1/users?limit=501"), 422, "form_param_value_invalid", "limit");
  ExpectError(emulator_.Backend("GET", "/v1/users?offset=x"), 422, "form_param_format_invalid", "offset");
}

TEST_F(BackendApiTest, FiltersAndCounts) {
  const auto ada = Create({{"first_name", "Ada"}, {"email_address", {"ada@example.com"}}}).at("id").get<std::string>();
  clock_.Advance(std::chrono::milliseconds(5));
  const auto bob = Create({{"first_name", "Bob"}, {"phone_number", {"+15555550100"}}}).at("id").get<std::string>();
  EXPECT_THAT(Names("?user_id=" + ada + "&user_id=user_unknown"), ElementsAre("Ada"));
  EXPECT_THAT(Names("?user_id=-" + ada), ElementsAre("Bob"));
  EXPECT_THAT(Names("?email_address=ADA@example.com"), ElementsAre("Ada"));
  EXPECT_THAT(Names("?phone_number=+15555550100"), ElementsAre("Bob"));
  EXPECT_THAT(Names("?query=EXAMPLE"), ElementsAre("Ada"));
  EXPECT_THAT(Names("?query=0100"), ElementsAre("Bob"));
  EXPECT_THAT(Names("?created_at_after=" + std::to_string(clock_.Now().value - 1)), ElementsAre("Bob"));
  emulator_.Backend("POST", "/v1/users/" + bob + "/ban");
  EXPECT_THAT(Names("?banned=true"), ElementsAre("Bob"));
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/users/count?query=ada")), (json{{"object", "total_count"}, {"total_count", 1}}));
}

TEST_F(BackendApiTest, ListsSessionsOfAUserPlainOrPaginated) {
  const auto id = Create({{"first_name", "Ada"}}).at("id").get<std::string>();
  const auto session = Json(emulator_.Backend("POST", "/v1/sessions", json{{"user_id", id}}.dump()));
  EXPECT_EQ(session.at("object"), "session");
  EXPECT_EQ(session.at("status"), "active");
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/sessions?user_id=" + id)), json::array({session}));
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/sessions?paginated=true&status=active&user_id=" + id)),
            (json{{"data", json::array({session})}, {"total_count", 1}}));
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/sessions?status=revoked&user_id=" + id)), json::array());
  ExpectError(emulator_.Backend("POST", "/v1/sessions", "{}"), 422, "form_param_missing", "user_id");
}

TEST_F(BackendApiTest, InstanceIsTheOneThatNamesTheKey) {
  const auto instance = Json(emulator_.Backend("GET", "/v1/instance"));
  EXPECT_EQ(instance, (json{{"object", "instance"},
                            {"id", "ins_test"},
                            {"environment_type", "development"},
                            {"allowed_origins", {"http://localhost:3000"}},
                            {"workspace_id", nullptr}}));
  EXPECT_EQ(emulator_.Control("GET", "/v1/instance").status, 401);
}

TEST_F(BackendApiTest, PutMetadataReplacesWhatIsGivenOnly) {
  const auto user = Create({{"public_metadata", {{"a", 1}, {"b", 2}}}, {"private_metadata", {{"p", 1}}}});
  const auto path = "/v1/users/" + user.at("id").get<std::string>() + "/metadata";
  const auto replaced = Json(emulator_.Backend("PUT", path, R"({"public_metadata":{"c":3}})"));
  EXPECT_EQ(replaced.at("public_metadata"), (json{{"c", 3}}));
  EXPECT_EQ(replaced.at("private_metadata"), (json{{"p", 1}}));
}

TEST_F(BackendApiTest, LockedUserKeepsSessionsAndGetsNoNewOne) {
  const auto id = Create({{"email_address", {"ada@example.com"}}}).at("id").get<std::string>();
  const auto session = Json(emulator_.Backend("POST", "/v1/sessions", json{{"user_id", id}}.dump())).at("id").get<std::string>();
  EXPECT_EQ(Json(emulator_.Backend("POST", "/v1/users/" + id + "/lock")).at("locked"), true);
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/sessions/" + session)).at("status"), "active");
  ExpectError(emulator_.Control("POST", "/_emulator/sign-in", R"({"email":"ada@example.com"})"), 403, "user_locked");
  EXPECT_EQ(Json(emulator_.Backend("POST", "/v1/users/" + id + "/unlock")).at("locked"), false);
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/sign-in", R"({"email":"ada@example.com"})").status, 200);
}

TEST_F(BackendApiTest, PasswordIsVerifiedReplacedAndRemoved) {
  const auto user = Create({{"password", "correct horse"}});
  EXPECT_EQ(user.at("password_enabled"), true);
  const auto path = "/v1/users/" + user.at("id").get<std::string>();
  const auto verify = [&](const char* password) {
    return emulator_.Backend("POST", path + "/verify_password", json{{"password", password}}.dump());
  };
  EXPECT_EQ(Json(verify("correct horse")), (json{{"verified", true}}));
  ExpectError(verify("wrong horse"), 422, "form_password_incorrect", "password");
  ExpectError(emulator_.Backend("PATCH", path, R"({"password":"short"})"), 422, "form_password_length_too_short", "password");
  EXPECT_EQ(emulator_.Backend("PATCH", path, R"({"password":"battery staple"})").status, 200);
  EXPECT_EQ(verify("battery staple").status, 200);
  EXPECT_EQ(Json(emulator_.Backend("POST", path + "/remove_password")).at("password_enabled"), false);
  ExpectError(verify("battery staple"), 404, "resource_not_found");
}

TEST_F(BackendApiTest, NewPasswordMaySignOutOfTheSessions) {
  const auto id = Create({{"password", "correct horse"}}).at("id").get<std::string>();
  const auto session = Json(emulator_.Backend("POST", "/v1/sessions", json{{"user_id", id}}.dump())).at("id").get<std::string>();
  emulator_.Backend("PATCH", "/v1/users/" + id, R"({"password":"battery staple","sign_out_of_other_sessions":true})");
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/sessions/" + session)).at("status"), "revoked");
}

TEST_F(BackendApiTest, EmailAddressesAreAddedVerifiedMadePrimaryAndDeleted) {
  const auto user = Create({{"email_address", {"ada@example.com"}}});
  const auto id = user.at("id").get<std::string>();
  const auto first = user.at("primary_email_address_id").get<std::string>();
  const auto added =
      emulator_.Backend("POST", "/v1/email_addresses", json{{"user_id", id}, {"email_address", "Lovelace@example.com"}}.dump());
  ASSERT_EQ(added.status, 200) << added.body;
  EXPECT_EQ(Json(added).at("email_address"), "lovelace@example.com");
  EXPECT_EQ(Json(added).at("verification").at("status"), "unverified");
  const auto path = "/v1/email_addresses/" + Json(added).at("id").get<std::string>();
  ExpectError(emulator_.Backend("PATCH", path, R"({"primary":true})"), 422, "form_param_value_invalid", "primary");
  EXPECT_EQ(Json(emulator_.Backend("PATCH", path, R"({"verified":true,"primary":true})")).at("verification").at("status"),
            "verified");
  const auto changed = Json(emulator_.Backend("GET", "/v1/users/" + id));
  EXPECT_EQ(changed.at("primary_email_address_id"), Json(added).at("id"));
  EXPECT_GT(changed.at("updated_at"), user.at("updated_at"));
  EXPECT_EQ(Json(emulator_.Backend("DELETE", path)).at("deleted"), true);
  EXPECT_EQ(Json(emulator_.Backend("GET", "/v1/users/" + id)).at("primary_email_address_id"), first);
  ExpectError(emulator_.Backend("GET", path), 404, "resource_not_found");
}

TEST_F(BackendApiTest, EmailAddressOfSomebodyElseIsRefused) {
  Create({{"email_address", {"ada@example.com"}}});
  const auto other = Create({{"email_address", {"bob@example.com"}}}).at("id");
  const auto add = [this](const json& body) { return emulator_.Backend("POST", "/v1/email_addresses", body.dump()); };
  ExpectError(add({{"user_id", other}, {"email_address", "Ada@example.com"}}), 422, "form_identifier_exists", "email_address");
  ExpectError(add({{"user_id", other}}), 422, "form_param_missing", "email_address");
  ExpectError(add({{"user_id", "user_no"}, {"email_address", "x@example.com"}}), 404, "resource_not_found");
}

}  // namespace
}  // namespace inkwell::emulator
