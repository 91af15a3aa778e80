#include "clerk-emulator/http/json_body.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace inkwell::emulator {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 64;

// Deeply nested documents would exhaust the stack when they are written out again. Brackets within texts count as well, which
// only makes the bound stricter.
bool IsShallow(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMaxDepth) return false;
  }
  return true;
}

}  // namespace

JsonBody::JsonBody(const std::string& body) : object_(std::make_unique<json>(json::object())) {
  if (body.empty()) return;
  // A NUL byte would end the document for nlohmann, whatever follows.
  if (!IsShallow(body) || body.find('\0') != std::string::npos) {
    Problem(RequestBodyInvalid("The request body is not acceptable JSON."));
    return;
  }
  auto parsed = json::parse(body, nullptr, false);
  if (parsed.is_object()) {
    *object_ = std::move(parsed);
  } else {
    Problem(RequestBodyInvalid("The request body must be a JSON object."));
  }
}

JsonBody::~JsonBody() = default;

void JsonBody::Problem(ClerkError error) {
  if (!problem_) problem_ = std::move(error);
}

const json* JsonBody::Find(const char* name) {
  known_.insert(name);
  const auto member = object_->find(name);
  return member == object_->end() ? nullptr : &*member;
}

std::optional<std::string> JsonBody::Text(const char* name) {
  const auto* member = Find(name);
  if (member == nullptr) return std::nullopt;
  if (member->is_null()) return std::string();
  if (member->is_string()) return member->get<std::string>();
  Problem(ParamFormatInvalid(name, "a string"));
  return std::nullopt;
}

std::string JsonBody::TextOr(const char* name, std::string_view otherwise) {
  auto text = Text(name);
  return text && !text->empty() ? std::move(*text) : std::string(otherwise);
}

std::vector<std::string> JsonBody::Texts(const char* name) {
  const auto* member = Find(name);
  std::vector<std::string> texts;
  if (member == nullptr || member->is_null()) return texts;
  for (const auto& item : member->is_array() ? *member : json::array({*member})) {
    if (item.is_string()) {
      texts.push_back(item.get<std::string>());
    } else {
      Problem(ParamFormatInvalid(name, "a string or an array of strings"));
    }
  }
  return texts;
}

std::optional<std::string> JsonBody::ObjectText(const char* name) {
  const auto* member = Find(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  if (member->is_object()) return member->dump();
  Problem(ParamFormatInvalid(name, "an object"));
  return std::nullopt;
}

std::optional<std::int64_t> JsonBody::Integer(const char* name, std::int64_t min, std::int64_t max) {
  const auto* member = Find(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  if (!member->is_number_integer()) {
    Problem(ParamFormatInvalid(name, "an integer"));
    return std::nullopt;
  }
  const auto value = member->get<std::int64_t>();
  if (value < min || value > max) {
    Problem(ParamValueInvalid(name, "between " + std::to_string(min) + " and " + std::to_string(max)));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> JsonBody::Flag(const char* name) {
  const auto* member = Find(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  if (member->is_boolean()) return member->get<bool>();
  Problem(ParamFormatInvalid(name, "true or false"));
  return std::nullopt;
}

ClerkResult<void> JsonBody::Finish() {
  if (problem_) return tl::unexpected(*problem_);
  for (const auto& [name, value] : object_->items()) {
    if (!known_.contains(name)) return tl::unexpected(ParamUnknown(name));
  }
  return {};
}

}  // namespace inkwell::emulator
