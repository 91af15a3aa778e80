#include "setting_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace inkwell::runtime {
namespace {

using namespace std::chrono_literals;

TEST(SettingValues, DurationsNeedANumberAndAUnit) {
  EXPECT_EQ(ParseDuration("250ms"), 250ms);
  EXPECT_EQ(ParseDuration("3s"), 3s);
  EXPECT_EQ(ParseDuration("5m"), 5min);
  EXPECT_EQ(ParseDuration("1h"), 1h);
  EXPECT_EQ(ParseDuration("0s"), 0s);
  for (const char* text : {"", "3", "s", "-1s", "1.5s", "3 s", "3sec", "9223372036854775807h", "99999999999999999999s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(SettingValues, DurationsAreWrittenAsTheyAreRead) {
  for (const auto duration : {0ms, 250ms, 1500ms, 3000ms, 60'000ms, 7'200'000ms}) {
    EXPECT_EQ(ParseDuration(FormatDuration(duration)), duration);
  }
  EXPECT_EQ(FormatDuration(90s), "90s");
}

TEST(SettingValues, IntegersAreWholeTexts) {
  EXPECT_EQ(ParseInteger("-12"), -12);
  for (const char* text : {"", "1x", " 1", "+1", "0x10", "99999999999999999999"})
    EXPECT_EQ(ParseInteger(text), std::nullopt) << text;
}

TEST(SettingValues, BooleansAreWords) {
  for (const char* text : {"true", "yes", "on", "1"}) EXPECT_EQ(ParseBool(text), true) << text;
  for (const char* text : {"false", "no", "off", "0"}) EXPECT_EQ(ParseBool(text), false) << text;
  for (const char* text : {"", "TRUE", "2", "y"}) EXPECT_EQ(ParseBool(text), std::nullopt) << text;
}

TEST(SettingValues, AddressesAreHostAndPortOrAUnixSocket) {
  for (const char* text : {"127.0.0.1:0", "localhost:65535", "[::1]:50051", "user-sync:50051", "unix:/run/inkwell/posts.sock"}) {
    EXPECT_TRUE(IsAddress(text)) << text;
  }
  for (const char* text : {"", ":80", "localhost", "localhost:", "localhost:65536", "localhost:-1", "localhost:8a", "::1:80",
                           "[]:80", "a b:80", "unix:", "unix:relative", "unix:/"}) {
    EXPECT_FALSE(IsAddress(text)) << text;
  }
  EXPECT_FALSE(IsAddress("unix:/" + std::string(107, 'x')));
}

TEST(SettingValues, ListsDropEmptyItems) {
  EXPECT_EQ(SplitList(" a, b\n,,c\t"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(SplitList(" , ").empty());
}

}  // namespace
}  // namespace inkwell::runtime
