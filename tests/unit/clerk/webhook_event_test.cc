#include "clerk/webhook_event.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "clerk/webhook_verifier.h"
#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

class WebhookEventTest : public ::testing::Test {
 protected:
  // What a signed delivery of this type and data is read as.
  WebhookEvent Receive(const std::string& type, const std::string& data) const {
    const std::string body = R"({"object":"event","type":")" + type + R"(","data":)" + data + "}";
    const std::string timestamp = std::to_string(clock_.NowSeconds());
    const std::string key = "0123456789abcdef01234567";
    WebhookVerifierOptions options;
    options.secrets = {testing::Base64(key)};
    options.clock = &clock_;
    const auto event =
        VerifyWebhook({"msg_1", timestamp, "v1," + testing::HmacBase64(key, "msg_1." + timestamp + "." + body)}, body, options);
    EXPECT_TRUE(event) << type;
    return *event;
  }

  testing::FakeClock clock_;
};

TEST_F(WebhookEventTest, EveryTypeHasANameOfItsOwnThatLeadsBackToIt) {
  std::set<std::string_view> names;
  for (const auto type : AllWebhookEventTypes()) {
    EXPECT_EQ(ParseWebhookEventType(ToString(type)), type) << ToString(type);
    names.insert(ToString(type));
  }
  EXPECT_EQ(names.size(), 45U);
  EXPECT_FALSE(names.contains(""));
}

TEST_F(WebhookEventTest, OtherNamesAreUnknown) {
  for (const char* name : {"", "user", "user.Created", "USER.CREATED", "user.created ", "galaxy.collided"}) {
    EXPECT_EQ(ParseWebhookEventType(name), WebhookEventType::kUnknown) << name;
  }
  EXPECT_EQ(ToString(WebhookEventType::kUnknown), "");
}

TEST_F(WebhookEventTest, ReadsASessionAndItsUser) {
  const auto event = Receive("session.created", R"({"id":"sess_1","user_id":"user_1","client_id":"client_1","status":"active",)"
                                                R"("expire_at":9,"user":{"id":"user_1","first_name":"Ada"}})");
  const auto* data = event.As<SessionEventData>();
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(data->session.id, "sess_1");
  EXPECT_EQ(data->session.user_id, "user_1");
  EXPECT_EQ(data->session.expire_at, 9);
  ASSERT_TRUE(data->user);
  EXPECT_EQ(data->user->first_name, "Ada");

  const auto orphaned = Receive("session.removed", R"({"id":"sess_1","user":null})");
  ASSERT_NE(orphaned.As<SessionEventData>(), nullptr);
  EXPECT_FALSE(orphaned.As<SessionEventData>()->user);
}

TEST_F(WebhookEventTest, ReadsAnOrganization) {
  const auto event = Receive("organization.updated", R"({"id":"org_1","name":"Acme","slug":"acme","max_allowed_memberships":5,)"
                                                     R"("public_metadata":{"b":1,"a":2},"updated_at":7})");
  const auto* organization = event.As<Organization>();
  ASSERT_NE(organization, nullptr);
  EXPECT_EQ(organization->id, "org_1");
  EXPECT_EQ(organization->name, "Acme");
  EXPECT_EQ(organization->slug, "acme");
  EXPECT_EQ(organization->max_allowed_memberships, 5);
  EXPECT_EQ(organization->public_metadata, R"({"a":2,"b":1})");
  EXPECT_EQ(organization->private_metadata, "{}");
  EXPECT_EQ(organization->updated_at, 7);
}

TEST_F(WebhookEventTest, ReadsTheWholeMembershipAlsoOfItsDeletion) {
  const auto event = Receive("organizationMembership.deleted",
                             R"({"id":"orgmem_1","role":"org:admin","permissions":["org:posts:create",7],)"
                             R"("organization":{"id":"org_1"},"public_user_data":{"user_id":"user_1","identifier":"ada"}})");
  const auto* membership = event.As<OrganizationMembership>();
  ASSERT_NE(membership, nullptr);
  EXPECT_EQ(membership->role, "org:admin");
  EXPECT_EQ(membership->permissions, std::vector<std::string>{"org:posts:create"});
  EXPECT_EQ(membership->organization.id, "org_1");
  EXPECT_EQ(membership->user.user_id, "user_1");
  EXPECT_EQ(membership->user.identifier, "ada");
}

TEST_F(WebhookEventTest, ReadsAnInvitationAndWhoAcceptedIt) {
  const auto event =
      Receive("organizationInvitation.accepted", R"({"id":"orginv_1","organization_id":"org_1","role":"org:member",)"
                                                 R"("status":"accepted","user_id":"user_1","expires_at":null})");
  const auto* invitation = event.As<OrganizationInvitation>();
  ASSERT_NE(invitation, nullptr);
  EXPECT_EQ(invitation->organization_id, "org_1");
  EXPECT_EQ(invitation->status, "accepted");
  EXPECT_EQ(invitation->user_id, "user_1");
  EXPECT_FALSE(invitation->expires_at);
}

TEST_F(WebhookEventTest, ReadsADomainAndWhetherItIsVerified) {
  const auto verified =
      Receive("organizationDomain.created", R"({"id":"orgdmn_1","organization_id":"org_1","name":"example.com",)"
                                            R"("ownership_verification":{"status":"verified"}})");
  ASSERT_NE(verified.As<OrganizationDomain>(), nullptr);
  EXPECT_EQ(verified.As<OrganizationDomain>()->name, "example.com");
  EXPECT_TRUE(verified.As<OrganizationDomain>()->verified);
  const auto unverified = Receive("organizationDomain.updated", R"({"id":"orgdmn_1","verification":{"status":"unverified"}})");
  ASSERT_NE(unverified.As<OrganizationDomain>(), nullptr);
  EXPECT_FALSE(unverified.As<OrganizationDomain>()->verified);
}

TEST_F(WebhookEventTest, ReadsWhatIsLeftOfADeletedResource) {
  for (const char* type :
       {"user.deleted", "organization.deleted", "organizationDomain.deleted", "role.deleted", "permission.deleted"}) {
    const auto event = Receive(type, R"({"object":"thing","id":"thing_1","slug":"a-thing","deleted":true})");
    const auto* deleted = event.As<DeletedObject>();
    ASSERT_NE(deleted, nullptr) << type;
    EXPECT_EQ(deleted->id, "thing_1") << type;
    EXPECT_EQ(deleted->slug, "a-thing") << type;
    EXPECT_TRUE(deleted->deleted) << type;
    EXPECT_EQ(event.DeletedUserId().has_value(), std::string(type) == "user.deleted");
  }
}

TEST_F(WebhookEventTest, LeavesOtherDataAndDataOfAWrongFormAsText) {
  const auto other = Receive("email.created", R"({"id":"ema_1","status":"queued"})");
  EXPECT_TRUE(other.As<std::monostate>());
  EXPECT_EQ(other.kind, WebhookEventType::kEmailCreated);
  EXPECT_EQ(other.data_id, "ema_1");
  EXPECT_EQ(other.data_json, R"({"id":"ema_1","status":"queued"})");
  for (const char* data : {"null", "[]", "5", "{}", R"({"id":""})", R"({"id":5})"}) {
    EXPECT_TRUE(Receive("user.updated", data).As<std::monostate>()) << data;
    EXPECT_TRUE(Receive("session.ended", data).As<std::monostate>()) << data;
    EXPECT_TRUE(Receive("organization.created", data).As<std::monostate>()) << data;
  }
}

TEST_F(WebhookEventTest, ReadsTheTimestampInSecondsAndInMilliseconds) {
  WebhookEvent event;
  event.timestamp = 1'760'000'000;
  const auto from_seconds = event.Time();
  ASSERT_TRUE(from_seconds);
  event.timestamp = 1'760'000'000'000;
  EXPECT_EQ(event.Time(), from_seconds);
}

TEST_F(WebhookEventTest, HasNoTimeWithoutATimestampOrWithOneThatIsNoTime) {
  WebhookEvent event;
  EXPECT_FALSE(event.Time());
  for (const std::int64_t timestamp : {INT64_MIN, std::int64_t{-1}, std::int64_t{99'999'999'999}, INT64_MAX}) {
    event.timestamp = timestamp;
    EXPECT_FALSE(event.Time()) << timestamp;
  }
}

}  // namespace
}  // namespace clerk
