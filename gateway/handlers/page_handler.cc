#include "gateway/handlers/page_handler.h"

#include <openssl/sha.h>

#include <array>
#include <utility>

#include "gateway/http/json_text.h"
#include "gateway/http/problem.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {
namespace {

// Nothing but our own files runs or loads; Clerk's image host is there for users' pictures.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https://img.clerk.com; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

std::string_view ContentType(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
  }};
  for (const auto& [suffix, type] : kTypes) {
    if (name.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

std::string MakeEtag(std::string_view content) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string etag = "\"";
  for (std::size_t i = 0; i < 12; ++i) {
    etag += "0123456789abcdef"[digest[i] >> 4];
    etag += "0123456789abcdef"[digest[i] & 0xf];
  }
  return etag + '"';
}

}  // namespace

PageHandler::PageHandler(std::span<const EmbeddedFile> files, std::string_view publishable_key, bool emulator) {
  for (const EmbeddedFile& file : files) {
    std::string_view name = file.name;
    if (name.starts_with("web/")) name.remove_prefix(4);
    files_.emplace(name == "index.html" ? "/" : "/" + std::string(name),
                   File{ContentType(file.name), file.content, MakeEtag(file.content)});
  }
  settings_ = R"({"publishableKey":)";
  AppendJsonString(settings_, publishable_key);
  settings_ += emulator ? R"(,"emulator":true})" : R"(,"emulator":false})";
}

void PageHandler::Asset(const RequestInfo& request, Reply reply) const {
  const std::string_view target = request.target();
  const auto file = files_.find(target.substr(0, target.find('?')));
  if (file == files_.end()) return std::move(reply).Fail(Problem{404, "NOT_FOUND", "There is nothing here."});
  const auto& [content_type, content, etag] = file->second;
  // The names stay the same when the contents change, so browsers keep a copy but ask each time.
  Response response{200, std::string(content_type), Body::Static(content), {{"ETag", etag}, {"Cache-Control", "no-cache"}}};
  if (content_type.starts_with("text/html")) response.headers.push_back({"Content-Security-Policy", kContentSecurityPolicy});
  if (request.Header("If-None-Match").value_or("") == etag) {
    response.status = 304;
    response.body = Body();
  }
  std::move(reply).Send(std::move(response));
}

void PageHandler::Settings(Reply reply) const { std::move(reply).Send(JsonResponse(200, settings_)); }

}  // namespace inkwell::gateway
