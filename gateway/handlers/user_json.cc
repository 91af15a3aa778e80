#include "gateway/handlers/user_json.h"

#include <string_view>

#include "gateway/handlers/timestamp.h"
#include "gateway/http/json_text.h"
#include "inkwell/users/v1/users.pb.h"

namespace inkwell::gateway {
namespace {

void AppendOptional(std::string& out, std::string_view name, bool present, std::string_view value) {
  out += name;
  if (present) {
    AppendJsonString(out, value);
  } else {
    out += "null";
  }
}

}  // namespace

std::string RenderUser(const users::v1::User& user) {
  std::string out;
  out.reserve(512 + user.public_metadata_json().size());
  out += R"({"id":)";
  AppendJsonString(out, user.user_id());
  AppendOptional(out, R"(,"email":)", user.has_email(), user.email());
  AppendOptional(out, R"(,"firstName":)", user.has_first_name(), user.first_name());
  AppendOptional(out, R"(,"lastName":)", user.has_last_name(), user.last_name());
  AppendOptional(out, R"(,"username":)", user.has_username(), user.username());
  AppendOptional(out, R"(,"imageUrl":)", user.has_image_url(), user.image_url());
  // The service stores the metadata as the JSON object that it parsed, so the text goes out as it is.
  out += R"(,"publicMetadata":)";
  out += user.public_metadata_json().empty() ? std::string_view("{}") : std::string_view(user.public_metadata_json());
  out += user.banned() ? R"(,"banned":true)" : R"(,"banned":false)";
  out += user.locked() ? R"(,"locked":true)" : R"(,"locked":false)";
  out += R"(,"createdAt":)";
  AppendTimestamp(out, user.create_time());
  out += R"(,"updatedAt":)";
  AppendTimestamp(out, user.update_time());
  out += '}';
  return out;
}

}  // namespace inkwell::gateway
