#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class OrganizationsTest : public testing::Test {
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

  std::string NewUser(const std::string& email) { return Call("POST", "/v1/users", {{"email_address", {email}}}).at("id"); }

  std::string NewOrganization() {
    return Call("POST", "/v1/organizations", {{"name", "Ink & Well"}, {"slug", "ink"}, {"created_by", ada_}}).at("id");
  }

  // The types of the events sent so far of organizations, in order.
  std::vector<std::string> Events() {
    return emulator_.store().View([](const State& state) {
      std::vector<std::string> types;
      for (const auto& [sequence, message] : state.messages) {
        if (message.type.starts_with("organization")) types.push_back(message.type);
      }
      return types;
    });
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_, "http://127.0.0.1:1/unused"};
  const std::string ada_ = NewUser("ada@example.com");
  const std::string bob_ = NewUser("bob@example.com");
};

TEST_F(OrganizationsTest, HasEveryFieldThatClerkRequires) {
  const auto made =
      Call("POST", "/v1/organizations", {{"name", "Ink & Well"}, {"created_by", ada_}, {"public_metadata", {{"plan", "free"}}}});
  EXPECT_EQ(made.at("object"), "organization");
  EXPECT_TRUE(made.at("id").get<std::string>().starts_with("org_"));
  EXPECT_TRUE(made.at("slug").get<std::string>().starts_with("ink-well-"));
  EXPECT_EQ(made.at("public_metadata"), (json{{"plan", "free"}}));
  EXPECT_EQ(made.at("max_allowed_memberships"), 5);
  EXPECT_EQ(made.at("admin_delete_enabled"), true);
  EXPECT_EQ(made.at("created_by"), ada_);
  EXPECT_EQ(made.at("created_at"), clock_.Now().value);
  EXPECT_FALSE(made.contains("members_count"));
  const auto id = made.at("id").get<std::string>();
  EXPECT_EQ(Call("GET", "/v1/organizations/" + id + "?include_members_count=true").at("members_count"), 1);
  EXPECT_EQ(Call("GET", "/v1/organizations/" + made.at("slug").get<std::string>()), made);
}

TEST_F(OrganizationsTest, AreListedNewestFirstAndByMember) {
  const auto first = NewOrganization();
  clock_.Advance(std::chrono::seconds(1));
  const auto second = Call("POST", "/v1/organizations", {{"name", "Paper"}}).at("id").get<std::string>();
  const auto ids = [this](const std::string& query) {
    const auto list = Call("GET", "/v1/organizations" + query);
    std::vector<std::string> found;
    for (const auto& item : list.at("data")) found.push_back(item.at("id"));
    return found;
  };
  EXPECT_THAT(ids(""), ElementsAre(second, first));
  EXPECT_THAT(ids("?order_by=+name&limit=1"), ElementsAre(first));
  EXPECT_THAT(ids("?user_id=" + ada_), ElementsAre(first));
  EXPECT_THAT(ids("?query=PAP"), ElementsAre(second));
  EXPECT_EQ(Call("GET", "/v1/organizations?limit=1").at("total_count"), 2);
  EXPECT_EQ(Refusal("GET", "/v1/organizations?order_by=slug"), "422 form_param_value_invalid");
}

TEST_F(OrganizationsTest, ChangeMergeTheirMetadataAndGo) {
  const auto id = NewOrganization();
  EXPECT_EQ(Call("PATCH", "/v1/organizations/" + id, {{"name", "Inkwell"}, {"max_allowed_memberships", 1}}).at("name"),
            "Inkwell");
  Call("PATCH", "/v1/organizations/" + id + "/metadata", {{"public_metadata", {{"a", 1}, {"b", 2}}}});
  const auto merged = Call("PATCH", "/v1/organizations/" + id + "/metadata", {{"public_metadata", {{"a", nullptr}, {"c", 3}}}});
  EXPECT_EQ(merged.at("public_metadata"), (json{{"b", 2}, {"c", 3}}));
  const auto member = json{{"user_id", bob_}, {"role", "org:member"}};
  EXPECT_EQ(Refusal("POST", "/v1/organizations/" + id + "/memberships", member), "403 organization_membership_quota_exceeded");
  EXPECT_EQ(Refusal("POST", "/v1/organizations", {{"name", "Other"}, {"slug", "ink"}}), "422 form_identifier_exists");
  EXPECT_EQ(Call("DELETE", "/v1/organizations/" + id), (json{{"object", "organization"}, {"id", id}, {"deleted", true}}));
  EXPECT_EQ(Refusal("PATCH", "/v1/organizations/" + id), "404 resource_not_found");
}

TEST_F(OrganizationsTest, MembersComeChangeTheirRoleAndGo) {
  const auto id = NewOrganization();
  const auto members = "/v1/organizations/" + id + "/memberships";
  const auto made = Call("POST", members, {{"user_id", bob_}, {"role", "org:member"}, {"public_metadata", {{"desk", 7}}}});
  EXPECT_EQ(made.at("role"), "org:member");
  EXPECT_EQ(made.at("organization").at("id"), id);
  EXPECT_EQ(made.at("public_user_data").at("identifier"), "bob@example.com");
  EXPECT_EQ(made.at("public_metadata"), (json{{"desk", 7}}));
  EXPECT_EQ(Refusal("POST", members, {{"user_id", bob_}, {"role", "org:member"}}), "400 already_a_member_in_organization");
  EXPECT_EQ(Refusal("POST", members, {{"user_id", "user_nobody"}, {"role", "org:member"}}), "404 resource_not_found");
  EXPECT_EQ(Call("GET", members).at("total_count"), 2);
  EXPECT_EQ(Call("GET", members + "?role=org:member").at("data")[0].at("id"), made.at("id"));
  EXPECT_EQ(Call("GET", "/v1/users/" + bob_ + "/organization_memberships").at("data")[0].at("id"), made.at("id"));
  EXPECT_EQ(Refusal("DELETE", members + "/" + ada_), "400 organization_minimum_permissions_needed");
  EXPECT_EQ(Call("PATCH", members + "/" + bob_, {{"role", "org:admin"}}).at("role"), "org:admin");
  EXPECT_EQ(Call("DELETE", members + "/" + ada_).at("public_user_data").at("user_id"), ada_);
  EXPECT_EQ(Refusal("PATCH", members + "/" + bob_, {{"role", "org:member"}}), "400 organization_minimum_permissions_needed");
  EXPECT_EQ(Refusal("PATCH", members + "/" + bob_, {{"role", "king"}}), "422 form_param_value_invalid");
}

TEST_F(OrganizationsTest, InvitationsAreRevokedOrExpire) {
  const auto id = NewOrganization();
  const auto invitations = "/v1/organizations/" + id + "/invitations";
  const auto grace = json{{"email_address", "Grace@Example.com"}, {"role", "org:member"}, {"inviter_user_id", ada_}};
  const auto made = Call("POST", invitations, grace);
  EXPECT_EQ(made.at("email_address"), "grace@example.com");
  EXPECT_EQ(made.at("status"), "pending");
  EXPECT_EQ(made.at("public_inviter_data").at("user_id"), ada_);
  EXPECT_EQ(Refusal("POST", invitations, grace), "400 duplicate_record");
  EXPECT_EQ(Refusal("POST", invitations, {{"email_address", "ada@example.com"}, {"role", "org:member"}}),
            "400 already_a_member_in_organization");
  const auto revoke = invitations + "/" + made.at("id").get<std::string>() + "/revoke";
  EXPECT_EQ(Call("POST", revoke).at("status"), "revoked");
  EXPECT_EQ(Refusal("POST", revoke), "400 organization_invitation_not_pending");
  auto short_lived = grace;
  short_lived["expires_in_days"] = 1;
  Call("POST", invitations, short_lived);
  clock_.Advance(std::chrono::hours(24));
  EXPECT_EQ(Call("GET", invitations + "?status=expired").at("total_count"), 1);
  EXPECT_EQ(Call("GET", invitations).at("total_count"), 2);
}

TEST_F(OrganizationsTest, AreAnnouncedWithTheirMembers) {
  const auto id = NewOrganization();
  const auto members = "/v1/organizations/" + id + "/memberships";
  Call("POST", members, {{"user_id", bob_}, {"role", "org:admin"}});
  Call("PATCH", members + "/" + bob_, {{"role", "org:member"}});
  Call("PATCH", "/v1/organizations/" + id, {{"name", "Inkwell"}});
  Call("DELETE", "/v1/users/" + bob_);
  Call("DELETE", "/v1/users/" + ada_);
  EXPECT_THAT(Events(), ElementsAre("organization.created", "organizationMembership.created", "organizationMembership.created",
                                    "organizationMembership.updated", "organization.updated", "organizationMembership.deleted",
                                    "organizationMembership.deleted", "organization.deleted"));
}

TEST_F(OrganizationsTest, OutliveARestart) {
  const TemporaryDirectory directory;
  json kept;
  {
    TestEmulator emulator(directory.path(), clock_);
    kept = Json(emulator.Backend("POST", "/v1/organizations", R"({"name":"Ink","private_metadata":{"k":1}})"));
  }
  TestEmulator emulator(directory.path(), clock_);
  EXPECT_EQ(Json(emulator.Backend("GET", "/v1/organizations/" + kept.at("id").get<std::string>())), kept);
}

TEST_F(OrganizationsTest, WantTheSecretKey) {
  auto request = MakeRequest("GET", "/v1/organizations");
  request.headers["authorization"] = "Bearer sk_test_of_another_instance";
  EXPECT_EQ(emulator_.Handle(request).status, 401);
}

}  // namespace
}  // namespace inkwell::emulator
