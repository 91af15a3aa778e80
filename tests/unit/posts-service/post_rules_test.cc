#include "posts-service/post_rules.h"

#include <gtest/gtest.h>

#include "posts-service/page_token.h"
#include "tests/support/status_matchers.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Principal;

constexpr Timestamp kNow{std::chrono::microseconds(1'790'000'000'123'456)};
const Principal kUser{Principal::Kind::kUser, "user_a"};
const Principal kService{Principal::Kind::kService, "gateway"};
const std::string kId = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

CreateRequest Creation() { return {"user_a", "Title", "Content", true, "", ""}; }

template <typename T>
std::string FieldOf(const runtime::Result<T>& result) {
  if (result || result.error().reason != "INVALID_FIELD") return "";
  return result.error().metadata.at("field");
}

std::string FieldOfCreation(const CreateRequest& request) { return FieldOf(CheckCreate(kUser, request, kNow)); }

std::string Repeat(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(PostRules, MakesTheIdWhereNoneIsGiven) {
  const auto post = CheckCreate(kUser, Creation(), kNow);
  ASSERT_THAT(post, IsOk());
  EXPECT_TRUE(post->post.id.IsVersion7());
  EXPECT_EQ(post->post.update_time, post->post.id.time());
  EXPECT_EQ(post->post.content, "Content");
  EXPECT_TRUE(post->post.published);
  EXPECT_FALSE(post->idempotency.has_value());
}

TEST(PostRules, AUserActsForThemselvesAndAServiceForAnyone) {
  CreateRequest request = Creation();
  EXPECT_THAT(CheckCreate(kService, request, kNow), IsOk());
  request.author_id = "user_b";
  EXPECT_THAT(CheckCreate(kUser, request, kNow), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(CheckCreate(kService, request, kNow), IsOk());
  EXPECT_THAT(CheckGet(kUser, {"user_b", kId}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(CheckList(kUser, {"user_b", 0, "", ""}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(CheckDelete(kUser, {"user_b", kId, ""}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

TEST(PostRules, RefusesAuthorsThatCanBeNoUser) {
  for (const std::string& id : {std::string(), std::string("user a"), std::string("user_ä"), std::string(129, 'x'),
                                std::string("user\0a", 6), std::string("user\n")}) {
    EXPECT_EQ(FieldOf(CheckGet(kService, {id, kId})), "author_id") << id;
  }
  EXPECT_THAT(CheckGet(kService, {std::string(128, 'x'), kId}), IsOk());
}

TEST(PostRules, CountsCharactersAndNotBytes) {
  CreateRequest request = Creation();
  request.title = Repeat("😀", 200);
  request.content = Repeat("ä", 100'000);
  EXPECT_THAT(CheckCreate(kUser, request, kNow), IsOk());
  request.title += "x";
  EXPECT_EQ(FieldOfCreation(request), "title");
  request.title = "Title";
  *request.content += "x";
  EXPECT_EQ(FieldOfCreation(request), "content");
}

TEST(PostRules, RefusesBlankTitlesInEveryScript) {
  for (const char* title : {"", " ", "\t\r\n", "\u00a0\u2003\u3000", "\u2028 \u0085"}) {
    CreateRequest request = Creation();
    request.title = title;
    EXPECT_EQ(FieldOfCreation(request), "title");
  }
  CreateRequest request = Creation();
  request.title = "\u3000 x ";
  const auto post = CheckCreate(kUser, request, kNow);
  ASSERT_THAT(post, IsOk());
  EXPECT_EQ(post->post.title, "\u3000 x ");  // as given
}

TEST(PostRules, RefusesNul) {
  CreateRequest request = Creation();
  request.title = std::string("a\0b", 3);
  EXPECT_EQ(FieldOfCreation(request), "title");
  request = Creation();
  request.content = std::string("a\0b", 3);
  EXPECT_EQ(FieldOfCreation(request), "content");
  EXPECT_EQ(FieldOf(CheckList(kUser, {"user_a", 0, "", std::string("a\0b", 3)})), "query");
}

TEST(PostRules, TakesNewIdsOfAboutNowOnly) {
  CreateRequest request = Creation();
  const auto with_time = [&](Timestamp time) {
    request.post_id = PostId::Make(time).ToString();
    return FieldOfCreation(request);
  };
  EXPECT_EQ(with_time(kNow), "");
  EXPECT_EQ(with_time(kNow - std::chrono::minutes(4)), "");
  EXPECT_EQ(with_time(kNow + std::chrono::minutes(5)), "");
  EXPECT_EQ(with_time(kNow - std::chrono::minutes(5) - std::chrono::milliseconds(1)), "post_id");
  EXPECT_EQ(with_time(kNow + std::chrono::minutes(6)), "post_id");
  request.post_id = "017f22e2-79b0-4cc3-98c4-dc0c0c07398f";
  EXPECT_EQ(FieldOfCreation(request), "post_id");
  request.post_id = "nonsense";
  EXPECT_EQ(FieldOfCreation(request), "post_id");
}

TEST(PostRules, HashesAllThatTheClientWroteAndNotTheId) {
  CreateRequest request = Creation();
  request.idempotency_key = "key";
  const auto hash_of = [](const CreateRequest& r) { return CheckCreate(kUser, r, kNow)->idempotency->request_hash; };
  const std::string hash = hash_of(request);
  EXPECT_EQ(hash_of(request), hash);
  CreateRequest other = request;
  other.published = false;
  EXPECT_NE(hash_of(other), hash);
  other = request;
  other.content = std::nullopt;
  const std::string without = hash_of(other);
  EXPECT_NE(without, hash);
  other.content = "";
  EXPECT_NE(hash_of(other), without);
  other = request;  // the border between title and content is part of it
  other.title = "TitleC";
  other.content = "ontent";
  EXPECT_NE(hash_of(other), hash);
}

TEST(PostRules, RefusesKeysThatAreNotPrintableAscii) {
  CreateRequest request = Creation();
  for (const std::string& key : {std::string(256, 'x'), std::string("a\nb"), std::string("ä"), std::string("a\x7f")}) {
    request.idempotency_key = key;
    EXPECT_EQ(FieldOfCreation(request), "idempotency_key");
  }
  request.idempotency_key = std::string(255, '~');
  EXPECT_THAT(CheckCreate(kUser, request, kNow), IsOk());
}

TEST(PostRules, PageSizeIs20ByDefaultAnd100AtMost) {
  const auto limit_of = [](int size) { return CheckList(kUser, {"user_a", size, "", ""})->limit; };
  EXPECT_EQ(limit_of(0), 20);
  EXPECT_EQ(limit_of(1), 1);
  EXPECT_EQ(limit_of(100), 100);
  EXPECT_EQ(limit_of(1'000'000), 100);
  EXPECT_EQ(FieldOf(CheckList(kUser, {"user_a", -1, "", ""})), "page_size");
  EXPECT_EQ(FieldOf(CheckList(kUser, {"user_a", 0, "", Repeat("ä", 201)})), "query");
  EXPECT_THAT(CheckList(kUser, {"user_a", 0, "", Repeat("ä", 200)}), IsOk());
}

TEST(PostRules, APageTokenBelongsToItsAuthorAndQuery) {
  const PostId last = PostId::Make(kNow);
  const std::string token = MakePageToken(last, "user_a", "text");
  EXPECT_EQ(CheckList(kService, {"user_a", 0, token, "text"})->before, last);
  const auto refused = FailsWith(Code::kInvalidArgument, std::string("INVALID_PAGE_TOKEN"));
  EXPECT_THAT(CheckList(kService, {"user_b", 0, token, "text"}), refused);
  EXPECT_THAT(CheckList(kService, {"user_a", 0, token, ""}), refused);
  EXPECT_THAT(CheckList(kService, {"user_a", 0, token + "A", "text"}), refused);
  EXPECT_THAT(CheckList(kService, {"user_a", 0, "B" + token.substr(1), "text"}), refused);
  EXPECT_THAT(CheckList(kService, {"user_a", 0, token.substr(0, 35) + "=", "text"}), refused);
  EXPECT_TRUE(std::all_of(token.begin(), token.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  })) << token;
}

TEST(PostRules, AnUpdateNeedsAFieldAndAGoodOne) {
  UpdateRequest request{"user_a", kId, std::nullopt, false, std::nullopt, std::nullopt, ""};
  EXPECT_EQ(FieldOf(CheckUpdate(kUser, request, kNow)), "update_mask");
  request.title = " ";
  EXPECT_EQ(FieldOf(CheckUpdate(kUser, request, kNow)), "title");
  request.title = "Title";
  request.post_id = "nonsense";
  EXPECT_EQ(FieldOf(CheckUpdate(kUser, request, kNow)), "post_id");
  request.post_id = kId;
  const auto change = CheckUpdate(kUser, request, kNow);
  ASSERT_THAT(change, IsOk());
  EXPECT_EQ(change->title, "Title");
  EXPECT_FALSE(change->sets_content);
  EXPECT_FALSE(change->expected_version.has_value());
  request.etag = "nonsense!";
  EXPECT_TRUE(CheckUpdate(kUser, request, kNow)->expected_version.has_value());
}

TEST(PostRules, APageOfPublishedPostsIsNoPageOfAnotherList) {
  const PostId last = PostId::Make(kNow);
  const std::string token = MakePageToken(last, "user_a", kPublishedQuery);
  const auto page = CheckListPublished({"user_a", 0, token});
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->before, last);
  EXPECT_EQ(page->limit, kDefaultPageSize);
  const auto refused = FailsWith(Code::kInvalidArgument, "INVALID_PAGE_TOKEN");
  EXPECT_THAT(CheckList(kUser, {"user_a", 0, token, ""}), refused);
  EXPECT_THAT(CheckListPublished({"user_a", 0, MakePageToken(last, "user_a", "")}), refused);
  EXPECT_THAT(CheckListPublished({"user_b", 0, token}), refused);
  EXPECT_EQ(CheckListPublished({"user_a", 1000, ""})->limit, kMaxPageSize);
  EXPECT_EQ(FieldOf(CheckListPublished({"user_a", -1, ""})), "page_size");
  EXPECT_EQ(FieldOf(CheckListPublished({"no author", 0, ""})), "author_id");
}

TEST(PostRules, OnlyOnesOwnPostsAreExported) {
  const auto scan = CheckExport(kUser, {"user_a"});
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->after, PostId{});
  EXPECT_THAT(CheckExport(kService, {"user_b"}), IsOk());
  EXPECT_THAT(CheckExport(kUser, {"user_b"}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

}  // namespace
}  // namespace inkwell::posts
