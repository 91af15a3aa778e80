#include "user-sync-service/opaque_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace inkwell::users {
namespace {

TEST(Cursor, ComesBackAsItWent) {
  for (const ChangeCursor& cursor :
       {ChangeCursor{"7710537235621517231-00000001-16384", {742, "user_29w83sxmDNGwOuEthce5gg56FcC"}},
        ChangeCursor{"1-00000001-1", {}},
        ChangeCursor{"1-00000001-1", {std::numeric_limits<std::uint64_t>::max(), std::string(128, 'z')}}}) {
    EXPECT_EQ(DecodeCursor(EncodeCursor(cursor)), cursor);
  }
}

TEST(Cursor, IsTextThatFitsAnywhere) {
  const std::string text = EncodeCursor({"7710537235621517231-00000001-16384", {742, "user_a"}});
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos);
}

TEST(Cursor, RefusesWhatItDidNotWrite) {
  const std::string good = EncodeCursor({"1-00000001-1", {742, "user_a"}});
  for (const std::string& bad :
       {std::string(), good + "A", good + "=", good.substr(1), " " + good, std::string("%%%"), std::string(10000, 'A'),
        EncodePageToken("user_a"), EncodeCursor({"", {742, "user_a"}}), EncodeCursor({"d", {742, ""}}),
        EncodeCursor({"d", {742, "a|b"}}), EncodeCursor({"d", {742, "user\n"}})}) {
    EXPECT_EQ(DecodeCursor(bad), std::nullopt) << bad;
  }
}

TEST(PageToken, ComesBackAsItWent) { EXPECT_EQ(DecodePageToken(EncodePageToken("user_a")), "user_a"); }

TEST(PageToken, RefusesWhatItDidNotWrite) {
  const std::string good = EncodePageToken("user_a");
  for (const std::string& bad : {std::string(), good + "A", good.substr(1), std::string("user_a"), EncodePageToken(""),
                                 EncodePageToken("a b"), EncodeCursor({"d", {742, "user_a"}})}) {
    EXPECT_EQ(DecodePageToken(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace inkwell::users
