#include "api/request_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/names.h"
#include "api/path.h"
#include "clerk/api/operations.h"

namespace clerk::api {
namespace {

using encoding::Json;

std::vector<PlannedRequest> Plan(OperationName operation, const char* arguments, const UploadFile* file = nullptr) {
  auto plan = PlanRequests(*operation, Json::parse(arguments), file);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return std::vector<PlannedRequest>(1);
  }
  return *plan;
}

bool IsRefused(OperationName operation, const char* arguments) {
  const auto plan = PlanRequests(*operation, Json::parse(arguments), nullptr);
  return !plan && plan.error().failure == ApiFailure::kInvalidArgument;
}

std::string Header(const PlannedRequest& request, std::string_view name) {
  for (const HttpHeader& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

TEST(Names, BecomeSnakeCase) {
  EXPECT_EQ(SnakeCase("primaryEmailAddressID"), "primary_email_address_id");
  EXPECT_EQ(SnakeCase("web3Wallet"), "web3_wallet");
  EXPECT_EQ(SnakeCase("fooBar2Baz"), "foo_bar2_baz");
  EXPECT_EQ(SnakeCase("HTMLBody"), "html_body");
  EXPECT_EQ(SnakeCase("last_active_at_since"), "last_active_at_since");
  EXPECT_EQ(SnakeCase("-a b--c_"), "a_b_c");
  EXPECT_EQ(CamelCase("last_active_at"), "lastActiveAt");
}

TEST(Names, ChangeOnlyAtTheTopUnlessDeep) {
  const Json value = {{"publicMetadata", {{"camelKey", {{{"inList", 1}}}}}}};
  EXPECT_EQ(SnakeNames(value, Depth::kTop).dump(), R"({"public_metadata":{"camelKey":[{"inList":1}]}})");
  EXPECT_EQ(SnakeNames(value, Depth::kAll).dump(), R"({"public_metadata":{"camel_key":[{"in_list":1}]}})");
}

TEST(Paths, CarryEachArgumentAsOneSegment) {
  Json members = {{"id", "a b?c#d/e%2f"}, {"rest", 1}};
  EXPECT_EQ(ExpandPath("/users/{id}/ban", members), "/users/a%20b%3Fc%23d%2Fe%252f/ban");
  EXPECT_EQ(members.dump(), R"({"rest":1})");
}

TEST(Paths, RefuseWhatWouldLeaveTheResource) {
  for (const char* id : {"", ".", "..", "a/../b", "..\\x", "%2e%2e", "%252e%252e/x", "%25252525252525252525252e%2e"}) {
    Json members = {{"id", id}};
    EXPECT_EQ(ExpandPath("/users/{id}", members), std::nullopt) << id;
  }
  for (const Json& id : {Json(), Json(false), Json(0), Json::object(), Json::array()}) {
    Json members = {{"id", id}};
    EXPECT_EQ(ExpandPath("/users/{id}", members), std::nullopt) << id;
  }
}

TEST(Paths, KnowAlternativesOptionalSegmentsAndPrefixes) {
  Json by_slug = {{"slug", "s"}};
  EXPECT_EQ(ExpandPath("/organizations/{organizationId|slug}", by_slug), "/organizations/s");
  Json by_id = {{"slug", "s"}, {"organizationId", "org_1"}};
  EXPECT_EQ(ExpandPath("/organizations/{organizationId|slug}", by_id), "/organizations/org_1");
  EXPECT_TRUE(by_id.empty());
  Json none = Json::object();
  EXPECT_EQ(ExpandPath("/tokens/{template?}", none), "/tokens");
  Json bare = {{"provider", "google"}};
  EXPECT_EQ(ExpandPath("/t/oauth_{provider}", bare), "/t/oauth_google");
  Json prefixed = {{"provider", "oauth_google"}};
  EXPECT_EQ(ExpandPath("/t/oauth_{provider}", prefixed), "/t/oauth_google");
}

TEST(RequestPlan, QueriesDropWhatIsFalsyAndRepeatLists) {
  const auto plan =
      Plan("machines.list", R"([{"limit":0,"offset":20,"query":"","orderBy":"+a","on":false,"ids":["a","b"],"none":[]}])");
  EXPECT_EQ(FormEncode(plan[0].query), "ids=a&ids=b&offset=20&order_by=%2Ba");
  EXPECT_TRUE(plan[0].body.empty());
}

TEST(RequestPlan, NumbersOfQueriesAreWrittenAsJavaScriptWritesThem) {
  EXPECT_EQ(FormEncode(Plan("machines.list", R"([{"limit":10.0,"offset":2.5}])")[0].query), "limit=10&offset=2.5");
}

TEST(RequestPlan, BodiesKeepNullsAndLeaveMetadataAlone) {
  const auto plan = Plan("users.createUser", R"([{"firstName":null,"skipLegalChecks":false,"publicMetadata":{"aB":1}}])");
  EXPECT_EQ(plan[0].body, R"({"first_name":null,"public_metadata":{"aB":1},"skip_legal_checks":false})");
}

TEST(RequestPlan, WithoutMembersThereIsNoBody) {
  EXPECT_TRUE(Plan("users.updateUser", R"(["user_1",{}])")[0].body.empty());
  EXPECT_TRUE(Plan("users.updateUser", R"(["user_1"])")[0].body.empty());
}

TEST(RequestPlan, MetadataAreReplacedByARequestOfTheirOwn) {
  const auto both = Plan("users.updateUser", R"(["user_1",{"firstName":"A","unsafeMetadata":{"aB":1}}])");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].verb, "PATCH");
  EXPECT_EQ(both[0].body, R"({"first_name":"A"})");
  EXPECT_EQ(both[1].verb, "PUT");
  EXPECT_EQ(both[1].path, "/users/user_1/metadata");
  EXPECT_EQ(both[1].body, R"({"unsafe_metadata":{"aB":1}})");
  EXPECT_EQ(Plan("organizations.updateOrganization", R"(["org_1",{"publicMetadata":{}}])").size(), 1U);
}

TEST(RequestPlan, TheCountHasTheFiltersOfTheList) {
  const auto plan = Plan("users.getUserList", R"([{"query":"q","limit":5,"offset":5,"orderBy":"-created_at"}])");
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[1].path, "/users/count");
  EXPECT_EQ(FormEncode(plan[1].query), "query=q");
}

TEST(RequestPlan, DefaultsStandInForAbsentMembersOnly) {
  EXPECT_EQ(Plan("m2m.createToken", R"([{"secondsUntilExpiration":60}])")[0].body,
            R"({"claims":null,"seconds_until_expiration":60,"token_format":"opaque"})");
  EXPECT_EQ(Plan("organizations.createOrganizationDomain", R"([{"organizationId":"o","verified":false}])")[0].body,
            R"({"verified":false})");
}

TEST(RequestPlan, AMemberMayBelongToTheQueryOfAPost) {
  const auto plan = Plan("sessions.refreshSession", R"(["sess_1",{"suffixed_cookies":true,"format":"cookie"}])");
  EXPECT_EQ(FormEncode(plan[0].query), "suffixed_cookies=true");
  EXPECT_EQ(plan[0].body, R"({"format":"cookie"})");
}

TEST(RequestPlan, ListsAreBodies) {
  EXPECT_EQ(
      Plan("organizations.createOrganizationInvitationBulk", R"(["org_1",[{"emailAddress":"a"},{"emailAddress":"b"}]])")[0].body,
      R"([{"email_address":"a"},{"email_address":"b"}])");
}

TEST(RequestPlan, MessagesCarryTheirIdempotencyKeys) {
  const auto one = Plan("emails.create", R"([{"to":{"userId":"user_1"},"replyTo":"r"},{"idempotencyKey":"key-1"}])");
  EXPECT_EQ(Header(one[0], "Idempotency-Key"), "key-1");
  EXPECT_EQ(one[0].body, R"({"reply_to":"r","to":{"user_id":"user_1"}})");
  const auto batch = Plan("emails.createBatch", R"([[{"to":{"userId":"user_1"},"idempotencyKey":"key-1"}]])");
  EXPECT_EQ(batch[0].body, R"({"messages":[{"idempotency_key":"key-1","to":{"user_id":"user_1"}}]})");
  EXPECT_TRUE(IsRefused("emails.create", R"([{},{"idempotencyKey":"a b"}])"));
  EXPECT_TRUE(IsRefused("emails.createBatch", "[[]]"));
  EXPECT_TRUE(IsRefused("emails.createBatch", "[]"));
}

TEST(RequestPlan, FilesGoUpInAFormThatTheyCannotBreak) {
  const UploadFile file{"--clerk-cpp-form\r\n\"", "a.png", "image/png"};
  const auto plan = Plan("organizations.updateOrganizationLogo", R"(["org_1",{"uploaderUserId":"user_1"}])", &file);
  EXPECT_EQ(Header(plan[0], "Content-Type"), "multipart/form-data; boundary=clerk-cpp-form-0");
  EXPECT_EQ(
      plan[0].body,
      "--clerk-cpp-form-0\r\nContent-Disposition: form-data; name=\"uploader_user_id\"\r\n\r\nuser_1\r\n"
      "--clerk-cpp-form-0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
      "--clerk-cpp-form\r\n\"\r\n--clerk-cpp-form-0--\r\n");
  EXPECT_TRUE(IsRefused("users.updateUserProfileImage", R"(["user_1"])"));
  const UploadFile evil{"x", "a\"\r\nEvil: 1", "image/png"};
  EXPECT_FALSE(PlanRequests(*FindOperation("users.updateUserProfileImage"), Json::parse(R"(["user_1"])"), &evil));
}

TEST(RequestPlan, RefusesArgumentsOfAnotherForm) {
  EXPECT_TRUE(IsRefused("users.getUser", R"({"userId":"user_1"})"));
  EXPECT_TRUE(IsRefused("users.getUser", R"(["user_1","more"])"));
  EXPECT_TRUE(IsRefused("users.createUser", R"(["text"])"));
  EXPECT_TRUE(IsRefused("invitations.createInvitationBulk", R"([["text"]])"));
  EXPECT_TRUE(IsRefused("users.deleteUserPasskey", R"([{"userId":"user_1"}])"));
  EXPECT_TRUE(IsRefused("m2m.verify", R"([{"token":"t","machineSecretKey":"ak\r\nEvil: 1"}])"));
}

TEST(RequestPlan, ErrorsQuoteNoArgument) {
  const auto plan = PlanRequests(*FindOperation("users.getUser"), Json::parse(R"(["secret/../x"])"), nullptr);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace clerk::api
