#include "members.h"

#include <algorithm>
#include <cctype>

namespace clerk::conformance {

const Json& Member(const Json& object, const char* name) {
  static const Json absent;
  const auto it = object.find(name);
  return it == object.end() ? absent : *it;
}

std::string NullableText(const Json& value) { return value.is_null() ? std::string() : value.get<std::string>(); }

std::string Text(const Json& options, const char* name) {
  const Json& value = Member(options, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> Texts(const Json& options, const char* name) {
  const Json& value = Member(options, name);
  if (value.is_array()) return value.get<std::vector<std::string>>();
  const std::string text = NullableText(value);
  return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
}

bool Flag(const Json& options, const char* name) {
  const Json& value = Member(options, name);
  return value.is_boolean() && value.get<bool>();
}

std::vector<HttpHeader> ReadHeaders(const Json& recorded) {
  std::vector<HttpHeader> headers;
  if (recorded.is_null()) return headers;
  if (recorded.is_array()) {
    for (const Json& pair : recorded) headers.push_back({pair.at(0).get<std::string>(), pair.at(1).get<std::string>()});
    return headers;
  }
  for (const auto& [name, value] : recorded.get_ref<const Json::object_t&>()) {
    if (value.is_null()) continue;
    const Json values = value.is_array() ? value : Json::array({value});
    for (const Json& one : values) headers.push_back({name, one.get<std::string>()});
  }
  return headers;
}

Json HeaderFields(const std::vector<HttpHeader>& headers) {
  Json fields = Json::object();
  for (const HttpHeader& header : headers) {
    std::string name = header.name;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    Json& value = fields[name];
    value = value.is_null() ? header.value : value.get<std::string>() + ", " + header.value;
  }
  return fields;
}

std::optional<HttpResponse> ReadResponse(const Json& recorded) {
  if (recorded.is_null()) return std::nullopt;
  const Json& body = Member(recorded, "body");
  const bool is_text = body.is_string() || body.is_null();
  return HttpResponse{recorded.at("status").get<int>(), ReadHeaders(Member(recorded, "headers")),
                      is_text ? NullableText(body) : body.dump()};
}

Json WithoutNulls(Json object) {
  for (auto it = object.begin(); it != object.end();) it = it->is_null() ? object.erase(it) : ++it;
  return object;
}

}  // namespace clerk::conformance
