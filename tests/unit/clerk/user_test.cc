#include "clerk/user.h"

#include <gtest/gtest.h>

#include <optional>

#include "api/user_json.h"
#include "encoding/json_text.h"

namespace clerk {
namespace {

using encoding::Json;

enum class Reader { kDocument, kText };

// Both readers see the same user.
class UserTest : public ::testing::TestWithParam<Reader> {
 protected:
  static std::optional<User> Parse(const Json& json) {
    if (GetParam() == Reader::kDocument) return api::ParseUser(json);
    return api::ParseUser(encoding::JsonText::Read(json.dump()).value().root());
  }
};

TEST_P(UserTest, ReadsAWholeUser) {
  const auto user = Parse(Json::parse(R"({
    "id": "user_1", "external_id": "e", "username": "ada", "first_name": "Ada", "last_name": "Lovelace", "locale": "en",
    "image_url": "https://img", "has_image": true, "primary_email_address_id": "idn_2", "primary_phone_number_id": null,
    "email_addresses": [
      {"id": "idn_1", "email_address": "one@example.org", "verification": null},
      {"id": "idn_2", "email_address": "two@example.org", "verification": {"status": "verified"}}],
    "banned": true, "locked": true, "public_metadata": {"b": 1, "a": {"d": 2, "c": 3}}, "unsafe_metadata": {},
    "created_at": 1760000000123, "updated_at": 1760000000456, "last_sign_in_at": null, "last_active_at": 5})"));
  ASSERT_TRUE(user);
  EXPECT_EQ(user->username, "ada");
  EXPECT_EQ(user->FullName(), "Ada Lovelace");
  ASSERT_NE(user->PrimaryEmailAddress(), nullptr);
  EXPECT_EQ(user->PrimaryEmailAddress()->email_address, "two@example.org");
  EXPECT_TRUE(user->PrimaryEmailAddress()->verified);
  EXPECT_FALSE(user->email_addresses[0].verified);
  EXPECT_TRUE(user->banned);
  EXPECT_TRUE(user->locked);
  EXPECT_EQ(user->public_metadata, R"({"a":{"c":3,"d":2},"b":1})");
  EXPECT_EQ(user->updated_at, 1'760'000'000'456);
  EXPECT_FALSE(user->last_sign_in_at);
  EXPECT_EQ(user->last_active_at, 5);
}

TEST_P(UserTest, AUserMayHaveNothingButAnId) {
  const auto user = Parse({{"id", "user_1"}});
  ASSERT_TRUE(user);
  EXPECT_EQ(user->PrimaryEmailAddress(), nullptr);
  EXPECT_EQ(user->FullName(), "");
  EXPECT_EQ(user->public_metadata, "{}");
  EXPECT_FALSE(user->username);
}

TEST_P(UserTest, WithoutAnIdThereIsNoUser) {
  EXPECT_FALSE(Parse({{"first_name", "Ada"}}));
  EXPECT_FALSE(Parse({{"id", ""}}));
  EXPECT_FALSE(Parse({{"id", 7}}));
  EXPECT_FALSE(Parse(Json::array()));
  EXPECT_FALSE(Parse(Json()));
}

TEST_P(UserTest, TheFirstAddressIsNotThePrimaryOne) {
  const auto user = Parse({{"id", "user_1"},
                           {"primary_email_address_id", "idn_gone"},
                           {"email_addresses", {{{"id", "idn_1"}, {"email_address", "one@example.org"}}}}});
  ASSERT_TRUE(user);
  EXPECT_EQ(user->PrimaryEmailAddress(), nullptr);
}

TEST_P(UserTest, MembersOfAnotherTypeCountAsAbsent) {
  const auto user = Parse({{"id", "user_1"},
                           {"first_name", 5},
                           {"email_addresses", "x"},
                           {"banned", "yes"},
                           {"updated_at", "now"},
                           {"public_metadata", {1, 2}}});
  ASSERT_TRUE(user);
  EXPECT_FALSE(user->first_name);
  EXPECT_TRUE(user->email_addresses.empty());
  EXPECT_FALSE(user->banned);
  EXPECT_EQ(user->updated_at, 0);
  EXPECT_EQ(user->public_metadata, "{}");
}

INSTANTIATE_TEST_SUITE_P(Readers, UserTest, ::testing::Values(Reader::kDocument, Reader::kText),
                         [](const auto& reader) { return reader.param == Reader::kDocument ? "Document" : "Text"; });

TEST(UserNameTest, OneNameAloneIsAFullName) {
  User user;
  user.last_name = "Lovelace";
  EXPECT_EQ(user.FullName(), "Lovelace");
}

}  // namespace
}  // namespace clerk
