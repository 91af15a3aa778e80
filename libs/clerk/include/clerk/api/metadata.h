#pragma once

#include <optional>
#include <string>

namespace clerk {

// Metadata to merge or to replace, each the text of a JSON object. What is absent is left alone. Merging takes away the keys
// whose value is null.
struct Metadata {
  std::optional<std::string> public_metadata{};
  std::optional<std::string> private_metadata{};
  std::optional<std::string> unsafe_metadata{};  // users only
};

}  // namespace clerk
