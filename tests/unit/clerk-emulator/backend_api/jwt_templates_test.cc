#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "clerk-emulator/tokens/template_claims.h"
#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

class JwtTemplatesTest : public testing::Test {
 protected:
  json Call(const std::string& method, const std::string& target, const json& body = json::object()) {
    const auto response = emulator_.Backend(method, target, method == "GET" ? "" : body.dump());
    EXPECT_EQ(response.status, 200) << method << " " << target << ": " << response.body;
    return Json(response);
  }

  std::string Refusal(const std::string& method, const std::string& target, const json& body = json::object()) {
    const auto response = emulator_.Backend(method, target, body.dump());
    return std::to_string(response.status) + " " + Json(response).at("errors")[0].at("code").get<std::string>();
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
};

TEST_F(JwtTemplatesTest, AreMadeChangedListedAndDeleted) {
  const auto made = Call("POST", "/v1/jwt_templates", {{"name", "hasura"}, {"claims", {{"role", "user"}}}, {"lifetime", 600}});
  const auto id = made.at("id").get<std::string>();
  EXPECT_EQ(made, (json{{"object", "jwt_template"},
                        {"id", id},
                        {"name", "hasura"},
                        {"claims", {{"role", "user"}}},
                        {"lifetime", 600},
                        {"allowed_clock_skew", 5},
                        {"custom_signing_key", false},
                        {"signing_algorithm", "RS256"},
                        {"created_at", clock_.Now().value},
                        {"updated_at", clock_.Now().value}}));
  EXPECT_EQ(Call("GET", "/v1/jwt_templates/" + id), made);
  EXPECT_EQ(Call("GET", "/v1/jwt_templates").size(), 2U) << "with the configured one";
  EXPECT_EQ(Call("GET", "/v1/jwt_templates?paginated=true&limit=1").at("total_count"), 2);
  const auto changed = Call("PATCH", "/v1/jwt_templates/" + id, {{"name", "hasura2"}, {"claims", json::object()}});
  EXPECT_EQ(changed.at("name"), "hasura2");
  EXPECT_EQ(changed.at("lifetime"), 600);
  EXPECT_EQ(Call("DELETE", "/v1/jwt_templates/" + id), (json{{"object", "jwt_template"}, {"id", id}, {"deleted", true}}));
  EXPECT_EQ(Refusal("GET", "/v1/jwt_templates/" + id), "404 resource_not_found");
}

TEST_F(JwtTemplatesTest, RefuseWhatIsWrong) {
  const auto refusal = [this](const json& body) { return Refusal("POST", "/v1/jwt_templates", body); };
  EXPECT_EQ(refusal({{"claims", json::object()}}), "422 form_param_missing");
  EXPECT_EQ(refusal({{"name", "x"}}), "422 form_param_missing");
  EXPECT_EQ(refusal({{"name", "posts"}, {"claims", json::object()}}), "422 form_identifier_exists");
  EXPECT_EQ(refusal({{"name", "a b"}, {"claims", json::object()}}), "422 form_param_value_invalid");
  EXPECT_EQ(refusal({{"name", "x"}, {"claims", {{"sub", "somebody else"}}}}), "422 form_param_value_invalid");
  EXPECT_EQ(refusal({{"name", "x"}, {"claims", json::object()}, {"lifetime", 29}}), "422 form_param_value_invalid");
  EXPECT_EQ(refusal({{"name", "x"}, {"claims", json::object()}, {"signing_algorithm", "HS256"}}), "422 form_param_value_invalid");
}

TEST(TemplateClaims, AreFilledFromTheUser) {
  State state;
  User user;
  user.id = "user_1";
  user.first_name = "Ada";
  user.last_name = "Lovelace";
  user.public_metadata = R"({"role":"editor","level":3})";
  user.private_metadata = R"({"salary":1})";
  Session session;
  session.id = "sess_1";
  session.user_id = user.id;
  const auto values = ShortcodeValues(state, user, session);
  const json claims = {{"name", "{{user.full_name}}"},
                       {"level", "{{ user.public_metadata.level }}"},
                       {"greeting", "Dear {{user.first_name}}, {{user.public_metadata.role}}"},
                       {"deep", {{"ids", {"{{user.id}}", "{{session.id}}"}}}},
                       {"plain", 7},
                       {"unknown", "{{user.shoe_size}}"},
                       {"secret", "{{user.private_metadata}}"},
                       {"open", "{{user.id"}};
  EXPECT_EQ(FillShortcodes(claims, values), (json{{"name", "Ada Lovelace"},
                                                  {"level", 3},
                                                  {"greeting", "Dear Ada, editor"},
                                                  {"deep", {{"ids", {"user_1", "sess_1"}}}},
                                                  {"plain", 7},
                                                  {"unknown", nullptr},
                                                  {"secret", nullptr},
                                                  {"open", "{{user.id"}}));
}

}  // namespace
}  // namespace inkwell::emulator
