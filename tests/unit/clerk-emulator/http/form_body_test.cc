#include "clerk-emulator/http/form_body.h"

#include <gmock/gmock.h>

#include <string>

namespace inkwell::emulator {
namespace {

TEST(FormBodyTest, DecodesWhatBrowsersEncode) {
  const FormBody form("email_address=ada%40example.com&name=Ada+Lovelace&empty=&bare&twice=1&twice=2&%6b=%C3%A9");
  EXPECT_EQ(form.Text("email_address"), "ada@example.com");
  EXPECT_EQ(form.Text("name"), "Ada Lovelace");
  EXPECT_EQ(form.Text("empty"), "");
  EXPECT_EQ(form.Text("bare"), "");
  EXPECT_EQ(form.Text("twice"), "1");
  EXPECT_EQ(form.Text("k"), "\xc3\xa9");
  EXPECT_EQ(form.Text("absent"), std::nullopt);
  EXPECT_EQ(form.TextOr("empty", "otherwise"), "otherwise");
}

TEST(FormBodyTest, TakesWhatIsNoEscapeAsItIs) {
  for (const char* odd : {"%", "%4", "%zz", "100%"}) EXPECT_EQ(FormBody(std::string("a=") + odd).Text("a"), odd);
  EXPECT_EQ(FormBody("&&=&=x").Text(""), "");
  EXPECT_EQ(FormBody("").Text(""), std::nullopt);
}

TEST(FormBodyTest, OnlyTrueIsTrue) {
  EXPECT_TRUE(FormBody("a=true").IsTrue("a"));
  for (const char* other : {"a=false", "a=", "a=1", "b=true"}) EXPECT_FALSE(FormBody(other).IsTrue("a")) << other;
}

}  // namespace
}  // namespace inkwell::emulator
