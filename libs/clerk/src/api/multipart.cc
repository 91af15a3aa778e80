#include "api/multipart.h"

#include <algorithm>
#include <string_view>

namespace clerk::api {
namespace {

bool IsParameterText(std::string_view text) {
  return text.find_first_of(std::string_view("\"\r\n\0", 4)) == std::string_view::npos;
}

// Lengthened until nothing that is sent contains it.
std::string Boundary(const QueryPairs& fields, const UploadFile& file) {
  std::string boundary = "clerk-cpp-form";
  const auto occurs = [&] {
    return file.content.find(boundary) != std::string::npos || std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
             return field.second.find(boundary) != std::string::npos;
           });
  };
  for (unsigned int salt = 0; occurs(); ++salt) boundary.append("-").append(std::to_string(salt));
  return boundary;
}

}  // namespace

std::optional<Multipart> MakeMultipart(const QueryPairs& fields, const UploadFile& file) {
  if (!IsParameterText(file.name) || !IsParameterText(file.content_type)) return std::nullopt;
  const std::string boundary = Boundary(fields, file);
  Multipart form;
  form.content_type = "multipart/form-data; boundary=" + boundary;
  for (const auto& [name, value] : fields) {
    form.body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"").append(name);
    form.body.append("\"\r\n\r\n").append(value).append("\r\n");
  }
  form.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file.name +
               "\"\r\nContent-Type: " + file.content_type + "\r\n\r\n";
  form.body += file.content;
  form.body += "\r\n--" + boundary + "--\r\n";
  return form;
}

}  // namespace clerk::api
