#include "json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace inkwell::runtime {
namespace {

std::string Escaped(std::string_view text, std::size_t max_bytes = std::string_view::npos) {
  std::string out;
  AppendJsonText(out, text, max_bytes);
  return out;
}

TEST(JsonText, LeavesPlainTextAlone) {
  EXPECT_EQ(Escaped("Ink & well: \xC3\xA9 \xF0\x9F\x96\x8B"), "Ink & well: \xC3\xA9 \xF0\x9F\x96\x8B");
}

TEST(JsonText, EscapesQuotesAndControls) {
  EXPECT_EQ(Escaped(std::string_view("\"\\\n\r\t\0\x1b\x7f", 8)), R"(\"\\\n\r\t\u0000\u001b\u007f)");
  EXPECT_EQ(Escaped("\xC2\x9B"), R"(\u009b)");  // C1: a terminal's CSI
}

TEST(JsonText, ReplacesWhatIsNotUtf8) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(Escaped("a\xFFz"), "a" + replacement + "z");
  EXPECT_EQ(Escaped("\xC3"), replacement);
  EXPECT_EQ(Escaped("\xC0\xAF"), replacement + replacement);                    // overlong
  EXPECT_EQ(Escaped("\xED\xA0\x80"), replacement + replacement + replacement);  // surrogate
  EXPECT_EQ(Escaped("\xF4\x90\x80\x80"), replacement + replacement + replacement + replacement);
}

TEST(JsonText, CutsBetweenCharacters) {
  EXPECT_EQ(Escaped("abcdef", 3), "abc");
  EXPECT_EQ(Escaped("ab\xC3\xA9", 3), "ab");
  EXPECT_EQ(Escaped("\xF0\x9F\x96\x8B!", 3), "");
  EXPECT_EQ(Escaped("\xF0\x9F\x96\x8B!", 4), "\xF0\x9F\x96\x8B");
}

TEST(JsonText, IsValidJsonWhateverTheBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_TRUE(nlohmann::json::accept('"' + Escaped(bytes, random() % 24) + '"')) << round;
  }
}

}  // namespace
}  // namespace inkwell::runtime
