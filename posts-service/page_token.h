#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "posts-service/post_id.h"

namespace inkwell::posts {

// The opaque text that says where the next page starts: base64url of a version byte, the last id given out, and a hash of the
// author and the query, so that a token of one list is refused by another. It grants nothing: the caller could name the id.
[[nodiscard]] std::string MakePageToken(const PostId& last, std::string_view author_id, std::string_view query);

// The id that the page before ended with; nothing if the token was not made for this author and query.
[[nodiscard]] std::optional<PostId> ParsePageToken(std::string_view token, std::string_view author_id, std::string_view query);

}  // namespace inkwell::posts
