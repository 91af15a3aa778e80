#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/request_parts.h"

namespace inkwell::gateway {

// The fields of a post that a request names. Lengths are not checked here: the rules of posts live in posts-service alone.
struct PostFields {
  std::optional<std::string> title;
  bool names_content = false;          // `"content": null` names it without giving one
  std::optional<std::string> content;  // absent and empty are different
  std::optional<bool> published;
};

// Reads {"title","content","published"}, with the refusals of ParseFlatObject.
[[nodiscard]] Parsed<PostFields> ParsePostFields(std::string_view json);

}  // namespace inkwell::gateway
