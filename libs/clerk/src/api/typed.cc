#include "api/typed.h"

#include "api/arguments.h"

namespace clerk::api {

using encoding::Json;

bool AddObject(Json& members, const char* name, const std::optional<std::string>& text) {
  if (!text) return true;
  auto object = encoding::ParseJson(*text);
  if (!object || !object->is_object()) return false;
  members[name] = std::move(*object);
  return true;
}

bool AddMetadata(Json& members, const Metadata& metadata) {
  return AddObject(members, "publicMetadata", metadata.public_metadata) &&
         AddObject(members, "privateMetadata", metadata.private_metadata) &&
         AddObject(members, "unsafeMetadata", metadata.unsafe_metadata);
}

ApiError NotAnObject() { return InvalidArgument("Metadata are not a JSON object."); }

void AddPage(Json& members, const PageQuery& page) {
  members["limit"] = page.limit;
  members["offset"] = page.offset;
}

}  // namespace clerk::api
