#include "clerk-emulator/accounts/passwords.h"

#include <gmock/gmock.h>

#include <string>

namespace inkwell::emulator {
namespace {

TEST(PasswordTest, MatchesItsOwnHashOnly) {
  const auto hash = HashPassword("correct horse");
  ASSERT_TRUE(hash.has_value());
  EXPECT_TRUE(PasswordMatches("correct horse", *hash));
  EXPECT_FALSE(PasswordMatches("correct hors", *hash));
  EXPECT_FALSE(PasswordMatches("", *hash));
  EXPECT_NE(HashPassword("correct horse").value(), *hash) << "each has a salt of its own";
}

TEST(PasswordTest, NothingMatchesWhatIsNoHash) {
  for (const char* broken :
       {"", "scrypt:16384:8:1:", "scrypt:16384:8:1:AAAA", "scrypt:16384:8:1:AAAA:", "scrypt:16384:8:1:!:AAAA", "bcrypt:x"}) {
    EXPECT_FALSE(PasswordMatches("", broken)) << broken;
  }
}

TEST(PasswordTest, LengthIsBounded) {
  EXPECT_EQ(HashPassword("1234567").error().code, "form_password_length_too_short");
  EXPECT_EQ(HashPassword(std::string(73, 'x'), "new_password").error().param_name, "new_password");
  EXPECT_TRUE(HashPassword("12345678").has_value());
}

}  // namespace
}  // namespace inkwell::emulator
