#include "user-sync-service/user_content.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using namespace std::string_literals;

ContentHash HashWithMetadata(std::string metadata) {
  User user = SparseUser("user_a", 1);
  user.public_metadata = std::move(metadata);
  return Canonicalize(std::move(user)).value().version.hash;
}

std::string CanonicalMetadata(std::string metadata) {
  User user = SparseUser("user_a", 1);
  user.public_metadata = std::move(metadata);
  return Canonicalize(std::move(user)).value().user.public_metadata;
}

TEST(ContentHash, IgnoresOrderAndWhiteSpaceOfMetadata) {
  EXPECT_EQ(HashWithMetadata(R"({"b":[1,2],"a":{"y":1,"x":2}})"), HashWithMetadata(R"( { "a" : {"x":2, "y":1}, "b":[1, 2] } )"));
  EXPECT_EQ(HashWithMetadata(""), HashWithMetadata("{ }"));
}

TEST(ContentHash, TellsContentsApart) {
  const User base = NamedUser("user_a", 1, "Ada");
  const auto hash_of = [](User user) { return Canonicalize(std::move(user)).value().version.hash; };
  const auto changed = [&](auto&& change) {
    User user = base;
    change(user);
    return hash_of(user);
  };
  EXPECT_EQ(hash_of(base), changed([](User& user) { user.updated_at = AtMs(2); }));
  for (const ContentHash& other :
       {changed([](User& user) { user.email.reset(); }), changed([](User& user) { user.first_name = "Grace"; }),
        changed([](User& user) { user.last_name.reset(); }), changed([](User& user) { user.username = ""; }),
        changed([](User& user) { user.image_url.reset(); }), changed([](User& user) { user.public_metadata = "{}"; }),
        changed([](User& user) { user.banned = true; }), changed([](User& user) { user.locked = true; }),
        changed([](User& user) { user.created_at = AtMs(1); })}) {
    EXPECT_NE(hash_of(base), other);
  }
}

TEST(ContentHash, DoesNotConfuseNeighbouringTexts) {
  User left = SparseUser("user_a", 1);
  left.first_name = "ab";
  left.last_name = "c";
  User right = SparseUser("user_a", 1);
  right.first_name = "a";
  right.last_name = "bc";
  EXPECT_NE(Canonicalize(left).value().version.hash, Canonicalize(right).value().version.hash);
}

// The hash is stored: another one for the same content would make every user look changed after an upgrade.
TEST(ContentHash, StaysTheSameForEver) {
  const auto hash = Canonicalize(NamedUser("user_a", 1, "Ada")).value().version.hash;
  std::string hex;
  for (const auto byte : hash) hex += "0123456789abcdef"s[byte >> 4] + std::string(1, "0123456789abcdef"[byte & 15]);
  EXPECT_EQ(hex, "88d9495963a39dbd23414a8028f24ecdb1b6938cdef14b93a845841fa6f14f24");
}

TEST(Canonicalize, LeavesOutNulCharacters) {
  User user = SparseUser("user_a", 1);
  user.first_name = "A\0da"s;
  user.public_metadata = R"({"na\u0000me":"x\u0000y"})";
  const auto state = Canonicalize(user);
  ASSERT_THAT(state, IsOk());
  EXPECT_EQ(state->user.first_name, "Ada");
  EXPECT_EQ(state->user.public_metadata, R"({"name":"xy"})");
}

TEST(Canonicalize, ReplacesLoneSurrogatesInMetadata) {
  EXPECT_EQ(CanonicalMetadata(R"({"a":"\ud800","b":"\udc00x","c":"\ud800\u0041"})"),
            "{\"a\":\"\uFFFD\",\"b\":\"\uFFFDx\",\"c\":\"\uFFFDA\"}");
}

TEST(Canonicalize, KeepsSurrogatePairsAndEscapedBackslashes) {
  EXPECT_EQ(CanonicalMetadata(R"({"a":"\ud83d\ude00"})"), "{\"a\":\"😀\"}");
  EXPECT_EQ(CanonicalMetadata(R"({"a":"\\u0000 \\\ud800"})"), R"({"a":"\\u0000 \\)"
                                                              "\uFFFD\"}");
}

TEST(Canonicalize, TreatsAnEmptyImageAsNone) {
  User user = SparseUser("user_a", 1);
  user.image_url = "";
  EXPECT_EQ(Canonicalize(user).value().user.image_url, std::nullopt);
}

TEST(Canonicalize, RefusesMetadataThatIsNoObject) {
  for (const std::string& metadata :
       {"null"s, "[]"s, "1"s, "{"s, "{}x"s, "{}\0"s, R"({"a":1e999})"s, R"({"a":"\u12"})"s, R"({"a":"\)"s}) {
    User user = SparseUser("user_a", 1);
    user.public_metadata = metadata;
    EXPECT_THAT(Canonicalize(user), FailsWith(Code::kInvalidArgument, "INVALID_FIELD")) << metadata;
  }
}

TEST(Canonicalize, BoundsTheDepthOfMetadata) {
  const auto nested = [](int levels) {
    return "{\"a\":" + std::string(static_cast<std::size_t>(levels - 1), '[') +
           std::string(static_cast<std::size_t>(levels - 1), ']') + "}";
  };
  User user = SparseUser("user_a", 1);
  user.public_metadata = nested(100);
  EXPECT_THAT(Canonicalize(user), IsOk());
  user.public_metadata = nested(101);
  EXPECT_THAT(Canonicalize(user), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  user.public_metadata = nested(1'000'000);
  EXPECT_THAT(Canonicalize(user), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
}

TEST(Canonicalize, RefusesTimesOutOfRange) {
  User user = SparseUser("user_a", -1);
  EXPECT_THAT(Canonicalize(user), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  user = SparseUser("user_a", 1);
  user.created_at = AtMs(253402300800000);
  EXPECT_THAT(Canonicalize(user), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
}

TEST(UserId, IsOfThePrincipalsAlphabet) {
  EXPECT_TRUE(IsUserId("user_29w83sxmDNGwOuEthce5gg56FcC"));
  EXPECT_TRUE(IsUserId(std::string(128, 'a')));
  EXPECT_FALSE(IsUserId(std::string(129, 'a')));
  EXPECT_FALSE(IsUserId(""));
  for (const std::string& bad : {"user 1"s, "user\n"s, "user\0x"s, "usér"s, "a/b"s, "a|b"s}) EXPECT_FALSE(IsUserId(bad)) << bad;
}

}  // namespace
}  // namespace inkwell::users
