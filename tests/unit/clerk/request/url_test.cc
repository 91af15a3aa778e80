#include "request/url.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace clerk::request {
namespace {

std::string HrefOf(std::string_view text) {
  const auto url = Url::Parse(text);
  return url ? url->href() : "none";
}

TEST(Url, IsWrittenAsBrowsersWriteIt) {
  const std::vector<std::pair<std::string, std::string>> kCases = {
      {"HTTPS://Example.COM", "https://example.com/"},
      {"https://h:443/x", "https://h/x"},
      {"http://h:443/x", "http://h:443/x"},
      {"https://h:/x", "https://h/x"},
      {"https://h/a/../b/%2e%2E/c//d/.", "https://h/c//d/"},
      {"https://h\\x\\y", "https://h/x/y"},
      {"https://h/a b\"<>`{}^|?a=' \"<>#`", "https://h/a%20b%22%3C%3E%60%7B%7D^|?a=%27%20%22%3C%3E#%60"},
      {" https://h/x\n", "https://h/x"},
      {"https://ex\tample.com", "https://example.com/"},
      {"https://127.1/", "https://127.0.0.1/"},
      {"https://0x7f.0.0.1/", "https://127.0.0.1/"},
      {"https://[0:0:0:0:0:0:0:1]:3000/x", "https://[::1]:3000/x"},
      {"https://[::ffff:1.2.3.4]/", "https://[::ffff:102:304]/"},
      {"https://a%41.com/", "https://aa.com/"},
      {"https://h/%zz%", "https://h/%zz%"},
  };
  for (const auto& [text, href] : kCases) EXPECT_EQ(HrefOf(text), href) << text;
}

TEST(Url, RefusesWhatIsNoAddressOfAServer) {
  for (const char* text :
       {"", "example.com", "ftp://h/", "https://", "https://bad host/", "https://h:99999/", "https://h:x/", "https://user@h/",
        "https://a.0x1z.09/", "https://[::1/", "https://[1]/", "https://h%20/", "https://\xc3\xa9/"}) {
    EXPECT_EQ(HrefOf(text), "none") << text;
  }
}

TEST(Url, HasAnOpaqueOriginForOtherSchemes) {
  EXPECT_EQ(Url::OriginOf("https://H:8443/x?y"), "https://h:8443");
  EXPECT_EQ(Url::OriginOf("android-app://some.app"), "null");
  EXPECT_EQ(Url::OriginOf("nonsense"), std::nullopt);
}

TEST(Url, KeepsItsPathOnAnotherOrigin) {
  const auto url = Url::Parse("http://inner:3000//evil.test/x?a=b#c").value();
  EXPECT_EQ(url.AtOrigin("https", "pub.test")->href(), "https://pub.test//evil.test/x?a=b");
  EXPECT_EQ(url.AtOrigin("https", "pub.test/other?q")->href(), "https://pub.test//evil.test/x?a=b");
  EXPECT_FALSE(url.AtOrigin("https", "bad host"));
  EXPECT_FALSE(url.AtOrigin("https ", "pub.test"));
}

TEST(Url, WritesTheWholeQueryAnewWhenAParameterChanges) {
  auto url = Url::Parse("https://h/?a=b%20c&&x&__clerk_db_jwt=1").value();
  EXPECT_EQ(url.Parameter("a"), "b c");
  EXPECT_EQ(url.Parameter("x"), "");
  EXPECT_EQ(url.Parameter("y"), std::nullopt);
  url.RemoveParameters({"__clerk_db_jwt"});
  EXPECT_EQ(url.href(), "https://h/?a=b+c&x=");
  url.AppendParameter("n\xc3\xa9", "~*-._ &");
  EXPECT_EQ(url.href(), "https://h/?a=b+c&x=&n%C3%A9=%7E*-._+%26");
  url.SetParameter("a", "1");
  EXPECT_EQ(url.Parameter("a"), "1");
  url.RemoveParameters({"a", "x", "n\xc3\xa9"});
  EXPECT_EQ(url.href(), "https://h/");
}

TEST(Url, ReplacesAllParametersOfANameByOne) {
  auto url = Url::Parse("https://h/?s=1&b=2&s=3").value();
  url.SetParameter("s", "t");
  EXPECT_EQ(url.href(), "https://h/?s=t&b=2");
}

}  // namespace
}  // namespace clerk::request
