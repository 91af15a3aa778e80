#include "gateway/handlers/user_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "inkwell/users/v1/users.pb.h"

namespace inkwell::gateway {
namespace {

TEST(RenderUser, ShowsASparseUserWithNulls) {
  users::v1::User user;
  user.set_user_id("user_2abc");
  const auto parsed = nlohmann::json::parse(RenderUser(user));
  EXPECT_EQ(parsed["id"], "user_2abc");
  for (const char* name : {"email", "firstName", "lastName", "username", "imageUrl"}) EXPECT_TRUE(parsed[name].is_null()) << name;
  EXPECT_EQ(parsed["publicMetadata"], nlohmann::json::object());
  EXPECT_EQ(parsed["banned"], false);
  EXPECT_EQ(parsed["createdAt"], "1970-01-01T00:00:00.000Z");
}

TEST(RenderUser, ShowsAFullUser) {
  users::v1::User user;
  user.set_user_id("user_2abc");
  user.set_email("ada@example.com");
  user.set_first_name("Ada");
  user.set_last_name("\"L\"");
  user.set_username("ada");
  user.set_image_url("https://img.clerk.com/x");
  user.set_public_metadata_json(R"({"plan":["a"]})");
  user.set_banned(true);
  user.set_locked(true);
  user.mutable_update_time()->set_seconds(1'767'225'600);
  EXPECT_EQ(nlohmann::json::parse(RenderUser(user)),
            nlohmann::json::parse(R"({"id":"user_2abc","email":"ada@example.com","firstName":"Ada","lastName":"\"L\"",
              "username":"ada","imageUrl":"https://img.clerk.com/x","publicMetadata":{"plan":["a"]},"banned":true,"locked":true,
              "createdAt":"1970-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"})"));
}

}  // namespace
}  // namespace inkwell::gateway
