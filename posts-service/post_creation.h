#pragma once

#include <span>
#include <vector>

#include "posts-service/post_repository.h"

namespace inkwell::runtime {
class Connection;
}

namespace inkwell::posts {

// PostRepository::Create and CreateWithKeys on a connection: one statement for all that goes well, one more that explains what
// was left out.
[[nodiscard]] runtime::Result<std::vector<CreateOutcome>> CreateOn(runtime::Connection& connection,
                                                                   std::span<const NewPost> posts, bool with_keys);

}  // namespace inkwell::posts
