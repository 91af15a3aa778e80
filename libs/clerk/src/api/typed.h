#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/reply.h"
#include "clerk/api/metadata.h"
#include "clerk/api/page.h"
#include "clerk/api_error.h"
#include "encoding/json.h"

namespace clerk::api {

// The answer as the type that `parse` makes of it; kMalformedReply if it is none.
template <typename T>
[[nodiscard]] ApiResult<T> ReadAs(const ApiResult<encoding::Json>& reply, std::optional<T> (*parse)(const encoding::Json&)) {
  if (!reply) return reply.error();
  auto value = parse(*reply);
  if (!value) return MalformedReply("The answer is not what was asked for.");
  return std::move(*value);
}

// The same for {"data": […], "total_count": n}.
template <typename T>
[[nodiscard]] ApiResult<Page<T>> ReadPage(const ApiResult<encoding::Json>& reply,
                                          std::optional<T> (*parse)(const encoding::Json&)) {
  if (!reply) return reply.error();
  const encoding::Json* data = encoding::Member(*reply, "data");
  const auto total = encoding::OptionalInteger(*reply, "total_count");
  if (data == nullptr || !data->is_array() || !total) return MalformedReply("The answer is not a page of a list.");
  Page<T> page;
  page.total_count = *total;
  page.data.reserve(data->size());
  for (const encoding::Json& item : *data) {
    auto value = parse(item);
    if (!value) return MalformedReply("The list has an item of another kind.");
    page.data.push_back(std::move(*value));
  }
  return page;
}

// Adds a member if there is a value; "" counts as none.
template <typename T>
void AddIf(encoding::Json& members, const char* name, const std::optional<T>& value) {
  if (value) members[name] = *value;
}
inline void AddIf(encoding::Json& members, const char* name, std::string_view text) {
  if (!text.empty()) members[name] = text;
}

// Adds the JSON object that the text is; false if it is none.
[[nodiscard]] bool AddObject(encoding::Json& members, const char* name, const std::optional<std::string>& text);

// Adds all that is given; false if one of them is no JSON object.
[[nodiscard]] bool AddMetadata(encoding::Json& members, const Metadata& metadata);

// What AddMetadata's false means for a call.
[[nodiscard]] ApiError NotAnObject();

void AddPage(encoding::Json& members, const PageQuery& page);

}  // namespace clerk::api
