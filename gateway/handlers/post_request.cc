#include "gateway/handlers/post_request.h"

#include <array>
#include <utility>

#include "gateway/handlers/flat_object.h"

namespace inkwell::gateway {
namespace {

constexpr FlatMember kTitle{"title", FlatMember::Type::kString, false};
constexpr FlatMember kContent{"content", FlatMember::Type::kString, true};
constexpr FlatMember kPublished{"published", FlatMember::Type::kBoolean, false};
constexpr std::array kMembers{kTitle, kContent, kPublished};

}  // namespace

Parsed<PostFields> ParsePostFields(std::string_view json) {
  auto values = ParseFlatObject(json, kMembers);
  if (!values) return tl::unexpected(std::move(values.error()));
  PostFields fields;
  if (const auto title = values->find(kTitle.name); title != values->end()) {
    fields.title = std::get<std::string>(std::move(title->second));
  }
  if (const auto content = values->find(kContent.name); content != values->end()) {
    fields.names_content = true;
    if (auto* text = std::get_if<std::string>(&content->second)) fields.content = std::move(*text);
  }
  if (const auto published = values->find(kPublished.name); published != values->end()) {
    fields.published = std::get<bool>(published->second);
  }
  return fields;
}

}  // namespace inkwell::gateway
