// Ids of posts and page tokens: what is taken has one spelling, and a token is only its own list's.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libs/clerk/fuzz/invariant.h"
#include "posts-service/page_token.h"
#include "posts-service/post_id.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clerk::fuzz::Require;
  using inkwell::posts::MakePageToken;
  using inkwell::posts::ParsePageToken;
  using inkwell::posts::PostId;
  constexpr std::string_view kAuthor = "user_2fuzz";
  const std::string text(reinterpret_cast<const char*>(data), size);

  if (const auto id = PostId::Parse(text)) {
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    Require(id->ToString() == lower, "an id has one spelling, but for its case");
    Require(PostId::Parse(id->ToString()) == id, "an id can be read again");
    const std::string token = MakePageToken(*id, kAuthor, "query");
    Require(ParsePageToken(token, kAuthor, "query") == id, "a token says where it ended");
    Require(!ParsePageToken(token, kAuthor, "other") && !ParsePageToken(token, "user_2other", "query"), "a token is one list's");
  }
  if (const auto last = ParsePageToken(text, kAuthor, "")) {
    Require(MakePageToken(*last, kAuthor, "") == text, "only tokens that were made are taken");
  }
  // Changes to a genuine token: the first byte says which place, the second what to put there.
  const std::string genuine = MakePageToken(PostId::Last(), kAuthor, "");
  if (size >= 2) {
    std::string changed = genuine;
    changed[data[0] % changed.size()] = static_cast<char>(data[1]);
    const auto last = ParsePageToken(changed, kAuthor, "");
    Require(!last || MakePageToken(*last, kAuthor, "") == changed, "a change makes it another place's token, or none");
  }
  // The whole input as the query that a token belongs to.
  Require(ParsePageToken(MakePageToken(PostId::Last(), kAuthor, text), kAuthor, text) == PostId::Last(), "any query has tokens");
  return 0;
}
