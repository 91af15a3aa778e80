#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "posts-service/clock.h"
#include "posts-service/post_id.h"

namespace inkwell::posts {

// A post as it is stored. Its time of creation is the time in its id.
struct Post {
  std::string author_id;
  PostId id;
  std::string title;
  std::optional<std::string> content;
  bool published = false;
  // Strictly later with each change, so it names the version of the post.
  Timestamp update_time;
};

// The opaque name of a version of a post: changes with each change.
[[nodiscard]] std::string MakeEtag(Timestamp update_time);
// The version that an etag names. A text that is no etag of ours names a version that no post has.
[[nodiscard]] Timestamp ParseEtag(std::string_view etag);

// A client's own key for a creation, and a hash of what it asked for (AIP-155).
struct IdempotencyKey {
  std::string key;
  std::string request_hash;
};

// The commands and queries that passed the rules (post_rules.h) and that the repository carries out.
struct NewPost {
  Post post;
  std::optional<IdempotencyKey> idempotency;
  // When the request came: decides whether a key of the same name is older than 24 hours.
  Timestamp now;
};

struct PostKey {
  std::string author_id;
  PostId id;
};

// What stands for the query where the page token of a list of published posts is bound to its list. No query holds U+0000.
inline constexpr std::string_view kPublishedQuery{"\0published", 10};

// What a page may weigh (bytes of titles and contents): gRPC takes messages of 4 MiB, and a post weighs up to 400 KB.
inline constexpr std::int64_t kMaxPageBytes = 3 << 20;

// Which posts of an author a list is of.
enum class ListKind { kAll, kPublished };

// Up to `limit` posts of the author with ids below `before`, newest first; with `query`, those that contain it.
struct PostQuery {
  std::string author_id;
  PostId before;
  int limit = 0;
  std::string query;
  // Where an answer is bounded by weight, it ends with the first post that makes it heavier than this: it does not fit on the
  // page, and tells that there is more.
  std::int64_t max_bytes = kMaxPageBytes;
};

// The next posts of the author with ids above `after`, oldest first: up to `limit`, and no further one once they weigh
// `max_bytes`.
struct PostScan {
  std::string author_id;
  PostId after;
  int limit = 0;
  std::int64_t max_bytes = 0;
};

struct PostChange {
  PostKey key;
  std::optional<std::string> title;
  bool sets_content = false;
  std::optional<std::string> content;  // if sets_content; absent clears it
  std::optional<bool> published;
  std::optional<Timestamp> expected_version;
  Timestamp now;
};

struct PostRemoval {
  PostKey key;
  std::optional<Timestamp> expected_version;
};

struct PostPage {
  std::vector<Post> posts;
  std::string next_page_token;  // empty on the last page
};

}  // namespace inkwell::posts
