#include "clerk-emulator/seed/seed_file.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using testing::HasSubstr;

std::string WhyNot(const std::string& text) {
  const auto seed = ParseSeed(text);
  return seed ? "accepted" : seed.error().message;
}

TEST(SeedFileTest, UsersHaveTheIdsAndPasswordsOfTheFile) {
  const auto seed = ParseSeed(R"({"users":[
    {"id":"user_ada","email_addresses":["Ada@example.com"],"password":"correct horse","public_metadata":{"role":"editor"}},
    {"first_name":"Bob","locked":true}]})");
  ASSERT_TRUE(seed) << seed.error().message;
  const TemporaryDirectory directory;
  const ManualClock clock;
  TestEmulator emulator(directory.path(), clock);
  ASSERT_TRUE(FillIfEmpty(emulator.store(), *seed, clock));
  const auto ada = emulator.Backend("GET", "/v1/users/user_ada");
  EXPECT_THAT(ada.body, HasSubstr("ada@example.com"));
  EXPECT_THAT(ada.body, HasSubstr("editor"));
  EXPECT_EQ(emulator.Backend("POST", "/v1/users/user_ada/verify_password", R"({"password":"correct horse"})").status, 200);
  EXPECT_THAT(emulator.Backend("GET", "/v1/users/count").body, HasSubstr(":2"));

  ASSERT_TRUE(FillIfEmpty(emulator.store(), *seed, clock));
  EXPECT_THAT(emulator.Backend("GET", "/v1/users/count").body, HasSubstr(":2")) << "only an empty state is filled";
}

TEST(SeedFileTest, ErrorsNameTheLineOrTheUserAndTheField) {
  EXPECT_THAT(WhyNot("{\n  \"users\": [\n    {,}\n  ]\n}"), HasSubstr("line 3"));
  EXPECT_THAT(WhyNot("[]"), HasSubstr("object"));
  EXPECT_THAT(WhyNot(R"({"user":[]})"), HasSubstr("\"user\""));
  EXPECT_THAT(WhyNot("{}"), HasSubstr("users"));
  EXPECT_THAT(WhyNot(R"({"users":[{},7]})"), HasSubstr("users[1]"));
  EXPECT_THAT(WhyNot(R"({"users":[{"id":"ada"}]})"), HasSubstr("users[0]: id must be user_"));
  EXPECT_THAT(WhyNot(R"({"users":[{},{"email":"a@example.com"}]})"), HasSubstr("users[1]: email"));
  EXPECT_THAT(WhyNot(R"({"users":[{"email_addresses":["ada"]}]})"), HasSubstr("users[0].email_address"));
  EXPECT_THAT(WhyNot(R"({"users":[{"password":"short"}]})"), HasSubstr("users[0]: Passwords must be"));
  EXPECT_THAT(WhyNot(R"({"users":[{"id":"user_a"},{"id":"user_a"}]})"), HasSubstr("users[1].id"));
}

TEST(SeedFileTest, FileThatIsNotThereIsAnError) {
  const TemporaryDirectory directory;
  EXPECT_FALSE(ReadSeed(directory.path() / "seed.json"));
}

}  // namespace
}  // namespace inkwell::emulator
