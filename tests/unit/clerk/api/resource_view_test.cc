#include "api/resource_view.h"

#include <gtest/gtest.h>

#include <string>

#include "clerk/api/operations.h"

namespace clerk::api {
namespace {

using encoding::Json;

std::string View(const char* reply, OperationName operation = "users.getUser") {
  return ViewReply(*operation, Json::parse(reply)).dump();
}

TEST(ResourceView, ShowsKnownMembersInCamelCase) {
  EXPECT_EQ(View(R"({"object":"redirect_url","id":"ru_1","url":"u","created_at":1,"updated_at":2,"new_member":3})"),
            R"({"createdAt":1,"id":"ru_1","updatedAt":2,"url":"u"})");
}

TEST(ResourceView, LeavesMetadataAlone) {
  const Json view = Json::parse(View(R"({"object":"organization","id":"org_1","public_metadata":{"snake_key":1}})"));
  EXPECT_EQ(view["publicMetadata"].dump(), R"({"snake_key":1})");
  EXPECT_EQ(view["privateMetadata"].dump(), "{}");
}

TEST(ResourceView, TellsAbsentMembersFromNull) {
  EXPECT_EQ(View(R"({"object":"feature","id":"f","slug":null})"),
            R"({"avatarUrl":null,"description":null,"id":"f","slug":null})");
  EXPECT_EQ(View(R"({"object":"organization","image_url":null})"), R"({"imageUrl":"","privateMetadata":{},"publicMetadata":{}})");
}

TEST(ResourceView, ShowsPartsAsTheirTypes) {
  EXPECT_EQ(View(R"({"object":"domain","cname_targets":[{"host":"h","value":"v","required":true,"x":1}]})"),
            R"({"cnameTargets":[{"host":"h","required":true,"value":"v"}]})");
  EXPECT_EQ(View(R"({"object":"waitlist_entry","invitation":null})"), R"({"invitation":null})");
  EXPECT_EQ(View(R"({"object":"oauth_application","public":true})"), R"({"isPublic":true})");
}

TEST(ResourceView, KnowsPagesListsCountsAndDeletions) {
  EXPECT_EQ(View(R"([{"object":"token","jwt":"a"}])"), R"([{"jwt":"a"}])");
  EXPECT_EQ(View(R"({"data":[{"object":"token","jwt":"a"}],"total_count":3})"), R"({"data":[{"jwt":"a"}],"totalCount":3})");
  EXPECT_EQ(View(R"({"m2m_tokens":[],"total_count":0})"), R"({"data":[],"totalCount":0})");
  EXPECT_EQ(View(R"({"object":"total_count","total_count":7})"), "7");
  EXPECT_EQ(View(R"({"object":"user","deleted":true})"), R"({"deleted":true,"id":null,"object":"user","slug":null})");
  EXPECT_EQ(View("null"), "null");
}

TEST(ResourceView, ShowsUnknownTypesAsTheyCame) {
  EXPECT_EQ(View(R"({"object":"new_thing","a_b":1})"), R"({"a_b":1,"object":"new_thing"})");
  EXPECT_EQ(View(R"({"secret":"s"})"), R"({"secret":"s"})");
}

TEST(ResourceView, ShowsTheResultsOfABatchOfMessages) {
  EXPECT_EQ(View(R"([{"index":0,"status_code":202,"email":{"id":"ema_1","body_plain":null}}])", "emails.createBatch"),
            R"([{"email":{"bodyPlain":null,"id":"ema_1"},"index":0,"statusCode":202}])");
}

}  // namespace
}  // namespace clerk::api
