#include "api/path.h"

#include <utility>

#include "api/value_text.h"
#include "encoding/text.h"

namespace clerk::api {
namespace {

using encoding::Json;

bool HasDotSegment(std::string_view text) {
  for (const auto piece : encoding::Split(text, '/')) {
    for (const auto part : encoding::Split(piece, '\\')) {
      if (part == "." || part == "..") return true;
    }
  }
  return false;
}

// Something between here and Clerk may decode once more than it should, so every layer is looked at.
bool IsDangerous(std::string segment) {
  constexpr int kMaxLayers = 10;
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    if (HasDotSegment(segment)) return true;
    auto decoded = encoding::PercentDecode(segment);
    if (!decoded || *decoded == segment) return false;
    segment = std::move(*decoded);
  }
  return true;
}

// The first of the alternatives that is given; all of them are taken out of `members`.
std::string Take(std::string_view alternatives, Json& members) {
  std::string text;
  for (const auto name : encoding::Split(alternatives, '|')) {
    const auto member = members.find(name);
    if (member == members.end()) continue;
    if (text.empty()) text = PathText(*member);
    members.erase(member);
  }
  return text;
}

}  // namespace

std::optional<std::string> ExpandPath(std::string_view path_template, Json& members) {
  std::string path;
  for (const auto segment : encoding::Split(path_template.substr(1), '/')) {
    const auto open = segment.find('{');
    if (open == std::string_view::npos) {
      path.append("/").append(segment);
      continue;
    }
    const std::string_view prefix = segment.substr(0, open);
    std::string_view name = segment.substr(open + 1, segment.size() - open - 2);
    const bool optional = name.ends_with('?');
    if (optional) name.remove_suffix(1);
    std::string value = Take(name, members);
    if (value.empty() && optional) continue;
    if (value.empty() || IsDangerous(value)) return std::nullopt;
    if (!value.starts_with(prefix)) value.insert(0, prefix);
    path.append("/").append(encoding::PercentEncode(value));
  }
  return path;
}

}  // namespace clerk::api
