#include "posts-service/post_rules.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "posts-service/errors.h"
#include "posts-service/page_token.h"

namespace inkwell::posts {
namespace {

using runtime::Principal;
using runtime::Result;
using Failure = tl::unexpected<runtime::Error>;

// Code points of valid UTF-8: every byte but continuations starts one.
std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Unicode's White_Space beyond ASCII, as UTF-8.
constexpr std::string_view kWideSpaces[] = {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                            "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
                                            "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

bool IsBlank(std::string_view utf8) {
  while (!utf8.empty()) {
    const char c = utf8.front();
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      utf8.remove_prefix(1);
      continue;
    }
    const auto* const space = std::find_if(std::begin(kWideSpaces), std::end(kWideSpaces), [&](std::string_view candidate) {
      return utf8.substr(0, candidate.size()) == candidate;
    });
    if (space == std::end(kWideSpaces)) return false;
    utf8.remove_prefix(space->size());
  }
  return true;
}

// PostgreSQL's text holds every character but U+0000.
bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

Result<void> CheckAuthorId(std::string_view author_id) {
  if (IsAuthorId(author_id)) return {};
  return Failure(InvalidField("author_id", "The author's id must be a user id: 1 to 128 letters, digits, '_', '.' or '-'."));
}

Result<void> CheckAuthor(const Principal& principal, std::string_view author_id) {
  if (auto id = CheckAuthorId(author_id); !id) return id;
  if (!principal.MayActFor(author_id)) return Failure(PrincipalNotAllowed());
  return {};
}

Result<void> CheckTitle(std::string_view title) {
  if (HasNul(title)) return Failure(InvalidField("title", "The title must not contain U+0000."));
  if (IsBlank(title)) return Failure(InvalidField("title", "The title must not be blank."));
  if (CountCharacters(title) > kMaxTitleCharacters) {
    return Failure(InvalidField("title", "The title must have at most 200 characters."));
  }
  return {};
}

Result<void> CheckContent(const std::optional<std::string>& content) {
  if (!content) return {};
  if (HasNul(*content)) return Failure(InvalidField("content", "The content must not contain U+0000."));
  if (content->size() > kMaxContentCharacters && CountCharacters(*content) > kMaxContentCharacters) {
    return Failure(InvalidField("content", "The content must have at most 100,000 characters."));
  }
  return {};
}

// Turns a query that holds the asked page size, and a page token, into one that holds the limit and where to start.
Result<PostQuery> CheckPage(PostQuery query, std::string_view page_token) {
  if (query.limit < 0) return Failure(InvalidField("page_size", "The page size must not be negative."));
  if (!page_token.empty()) {
    const auto last = ParsePageToken(page_token, query.author_id, query.query);
    if (!last) return Failure(InvalidPageToken());
    query.before = *last;
  }
  query.limit = query.limit == 0 ? kDefaultPageSize : std::min(query.limit, kMaxPageSize);
  return query;
}

Result<PostKey> CheckKey(const Principal& principal, std::string author_id, std::string_view post_id) {
  if (auto author = CheckAuthor(principal, author_id); !author) return Failure(author.error());
  const auto id = PostId::Parse(post_id);
  if (!id) return Failure(InvalidField("post_id", "The post's id must be a UUID."));
  return PostKey{std::move(author_id), *id};
}

std::optional<Timestamp> ExpectedVersion(std::string_view etag) {
  if (etag.empty()) return std::nullopt;
  return ParseEtag(etag);
}

// What makes two requests with one idempotency key the same: all that the client wrote. The post's id is left out, since the
// gateway makes a new one for each request.
std::string HashRequest(const Post& post) {
  std::string text = post.published ? "1" : "0";
  text += post.content ? "1" : "0";
  text += std::to_string(post.title.size());
  text += ':';
  text += post.title;
  text += post.content.value_or("");
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0x0f];
  }
  return hex;
}

Result<PostId> CheckNewId(std::string_view text, Timestamp now) {
  if (text.empty()) return PostId::Make(now);
  const auto id = PostId::Parse(text);
  if (!id || !id->IsVersion7()) return Failure(InvalidField("post_id", "The new post's id must be a UUID of version 7."));
  if (id->time() < now - kPostIdTolerance || id->time() > now + kPostIdTolerance) {
    return Failure(InvalidField("post_id", "The time in the new post's id must be at most 5 minutes off."));
  }
  return *id;
}

}  // namespace

bool IsAuthorId(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  };
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), is_allowed);
}

Result<NewPost> CheckCreate(const Principal& principal, CreateRequest request, Timestamp now) {
  if (auto author = CheckAuthor(principal, request.author_id); !author) return Failure(author.error());
  if (auto title = CheckTitle(request.title); !title) return Failure(title.error());
  if (auto content = CheckContent(request.content); !content) return Failure(content.error());
  const auto is_printable = [](char c) { return c >= 0x20 && c <= 0x7e; };
  const std::string& key = request.idempotency_key;
  if (key.size() > kMaxIdempotencyKey || !std::all_of(key.begin(), key.end(), is_printable)) {
    return Failure(InvalidField("idempotency_key", "The idempotency key must have 1 to 255 characters of printable ASCII."));
  }
  const auto id = CheckNewId(request.post_id, now);
  if (!id) return Failure(id.error());
  NewPost result;
  result.post = {
      std::move(request.author_id), *id, std::move(request.title), std::move(request.content), request.published, id->time()};
  result.now = now;
  if (!key.empty()) result.idempotency = IdempotencyKey{std::move(request.idempotency_key), HashRequest(result.post)};
  return result;
}

Result<PostKey> CheckGet(const Principal& principal, GetRequest request) {
  return CheckKey(principal, std::move(request.author_id), request.post_id);
}

Result<PostQuery> CheckList(const Principal& principal, ListRequest request) {
  if (auto author = CheckAuthor(principal, request.author_id); !author) return Failure(author.error());
  if (HasNul(request.query)) return Failure(InvalidField("query", "The query must not contain U+0000."));
  if (CountCharacters(request.query) > kMaxQueryCharacters) {
    return Failure(InvalidField("query", "The query must have at most 200 characters."));
  }
  return CheckPage({std::move(request.author_id), PostId::Last(), request.page_size, std::move(request.query)},
                   request.page_token);
}

Result<PostQuery> CheckListPublished(ListPublishedRequest request) {
  if (auto author = CheckAuthorId(request.author_id); !author) return Failure(author.error());
  return CheckPage({std::move(request.author_id), PostId::Last(), request.page_size, std::string(kPublishedQuery)},
                   request.page_token);
}

Result<PostScan> CheckExport(const Principal& principal, ExportRequest request) {
  if (auto author = CheckAuthor(principal, request.author_id); !author) return Failure(author.error());
  return PostScan{std::move(request.author_id), PostId{}, kExportBatchPosts, kExportBatchBytes};
}

Result<PostChange> CheckUpdate(const Principal& principal, UpdateRequest request, Timestamp now) {
  auto key = CheckKey(principal, std::move(request.author_id), request.post_id);
  if (!key) return Failure(std::move(key).error());
  if (!request.title && !request.sets_content && !request.published) {
    return Failure(InvalidField("update_mask", "The update mask must name at least one of title, content and published."));
  }
  if (request.title) {
    if (auto title = CheckTitle(*request.title); !title) return Failure(title.error());
  }
  if (auto content = CheckContent(request.content); !content) return Failure(content.error());
  return PostChange{std::move(*key),
                    std::move(request.title),
                    request.sets_content,
                    std::move(request.content),
                    request.published,
                    ExpectedVersion(request.etag),
                    now};
}

Result<PostRemoval> CheckDelete(const Principal& principal, DeleteRequest request) {
  auto key = CheckKey(principal, std::move(request.author_id), request.post_id);
  if (!key) return Failure(std::move(key).error());
  return PostRemoval{std::move(*key), ExpectedVersion(request.etag)};
}

bool SameContent(const Post& a, const Post& b) {
  return a.title == b.title && a.content == b.content && a.published == b.published;
}

}  // namespace inkwell::posts
