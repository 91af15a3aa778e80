#include "api/resource_view.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/names.h"
#include "api/resource_types.h"
#include "encoding/text.h"

namespace clerk::api {
namespace {

using encoding::Json;

Json ViewAs(std::string_view type, const Json& object);

// One member of ResourceType::members.
struct Member {
  std::string_view names;
  std::string shown;
  std::string_view type{};
  bool list = false;
  std::string_view fallback{};  // JSON; "" for none
  bool null_falls_back = false;

  static Member Parse(std::string_view text) {
    Member member;
    if (const auto at = text.find_first_of("=~"); at != std::string_view::npos) {
      member.fallback = text.substr(at + 1);
      member.null_falls_back = text[at] == '~';
      text = text.substr(0, at);
    }
    if (const auto at = text.find(':'); at != std::string_view::npos) {
      member.type = text.substr(at + 1);
      text = text.substr(0, at);
    }
    if (member.type.starts_with('[')) {
      member.list = true;
      member.type = member.type.substr(1, member.type.size() - 2);
    }
    const auto at = text.find('>');
    member.names = text.substr(0, at);
    member.shown = at == std::string_view::npos ? CamelCase(member.names) : std::string(text.substr(at + 1));
    return member;
  }

  [[nodiscard]] std::optional<Json> Show(const Json& object) const {
    const Json* value = nullptr;
    for (const auto name : encoding::Split(names, '|')) {
      if (value == nullptr) value = encoding::Member(object, name);
    }
    if (value != nullptr && value->is_null() && null_falls_back) value = nullptr;
    if (value == nullptr) return fallback.empty() ? std::nullopt : encoding::ParseJson(fallback);
    if (type.empty()) return *value;
    if (!list) return ViewAs(type, *value);
    if (!value->is_array()) return *value;
    Json items = Json::array();
    for (const Json& item : *value) items.push_back(ViewAs(type, item));
    return items;
  }
};

Json ViewAs(std::string_view type, const Json& object) {
  const ResourceType* known = FindResourceType(type);
  if (known == nullptr || !object.is_object()) return object;
  Json view = Json::object();
  for (const auto text : encoding::Split(known->members, ' ')) {
    const Member member = Member::Parse(text);
    if (auto value = member.Show(object)) view[member.shown] = std::move(*value);
  }
  return view;
}

Json ViewItem(const Json& item) {
  const std::string* type = encoding::StringMember(item, "object");
  if (type == nullptr) return item;
  if (item.contains("deleted")) return ViewAs("deleted_object", item);
  if (*type == "total_count") return item.value("total_count", Json());
  return ViewAs(*type, item);
}

Json ViewList(const Json& items) {
  Json list = Json::array();
  for (const Json& item : items) list.push_back(ViewItem(item));
  return list;
}

}  // namespace

Json ViewReply(const Operation& operation, const Json& reply) {
  if (reply.is_array() && operation.Is(Operation::kEmail)) {
    Json results = Json::array();
    for (const Json& result : reply) results.push_back(ViewAs("batch_email_result", result));
    return results;
  }
  if (reply.is_array()) return ViewList(reply);
  for (const char* name : {"m2m_tokens", "data"}) {
    const Json* data = encoding::Member(reply, name);
    if (data == nullptr || !data->is_array()) continue;
    const Json* total = encoding::Member(reply, "total_count");
    return total == nullptr ? ViewList(*data) : Json{{"data", ViewList(*data)}, {"totalCount", *total}};
  }
  return ViewItem(reply);
}

}  // namespace clerk::api
