#include "gateway/handlers/page_handler.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/handlers/cached_answer.h"
#include "gateway/http/field_list.h"
#include "gateway/http/json_text.h"
#include "gateway/http/problem.h"
#include "gateway/http/request_record.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {
namespace {

constexpr std::string_view kApp = "/";

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

// A coding that is named is taken, unless it is named to be refused (RFC 9110 section 12.5.3).
bool TakesGzip(std::string_view accept_encoding) {
  bool takes = false;
  ForEachElement(accept_encoding, [&](std::string_view element) {
    const auto semicolon = element.find(';');
    if (!EqualsIgnoringCase(TrimSpaces(element.substr(0, semicolon)), "gzip")) return;
    const std::string_view weight =
        semicolon == std::string_view::npos ? std::string_view() : TrimSpaces(element.substr(semicolon + 1));
    const bool refused = EqualsIgnoringCase(weight.substr(0, 2), "q=") && weight.find_first_not_of("0.", 2) == weight.npos;
    takes = takes || !refused;
  });
  return takes;
}

}  // namespace

std::string ContentSecurityPolicy(std::string_view frontend_api) {
  // clerk-js runs its timers in a worker made of a blob, and its components set style attributes and elements.
  std::string script = "script-src 'self'";
  std::string connect = "connect-src 'self'";
  std::string frame = "frame-src 'none'";
  std::string images = "img-src 'self' data: blob:";
  if (!frontend_api.empty()) {
    // As Clerk's documentation on CSP says: the Frontend API, bot protection (Cloudflare Turnstile) and fraud protection.
    const std::string clerk = " https://" + std::string(frontend_api);
    script += clerk + " https://challenges.cloudflare.com https://*.protect.clerk.com";
    connect += clerk + " https://*.protect.clerk.com:*";
    frame = "frame-src https://challenges.cloudflare.com https://*.protect.clerk.com";
    images += " https://img.clerk.com";
  }
  return "default-src 'none'; " + script + "; " + connect + "; " + frame + "; " + images +
         "; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
         "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

PageHandler::PageHandler(std::span<const EmbeddedFile> files, const PageOptions& options)
    : policy_(ContentSecurityPolicy(options.emulator ? std::string_view() : std::string_view(options.frontend_api))) {
  for (const EmbeddedFile& file : files) {
    std::string_view name = file.name;
    if (name.starts_with("web/")) name.remove_prefix(4);
    files_.emplace(name == "index.html" ? std::string(kApp) : "/" + std::string(name),
                   File{ContentType(file.name), {file.content, ContentEtag(file.content)}, {file.gzip, ContentEtag(file.gzip)}});
  }
  settings_ = R"({"publishableKey":)";
  AppendJsonString(settings_, options.publishable_key);
  settings_ += options.emulator ? R"(,"emulator":true})" : R"(,"emulator":false})";
}

void PageHandler::Asset(const RequestInfo& request, Reply reply) const {
  const std::string_view target = request.target();
  const auto file = files_.find(target.substr(0, target.find('?')));
  if (file == files_.end()) return std::move(reply).Fail(Problem{404, "NOT_FOUND", "There is nothing here."});
  Send(file->second, request, std::move(reply));
}

void PageHandler::App(const RequestInfo& request, Reply reply) const {
  const auto file = files_.find(kApp);
  if (file == files_.end()) return std::move(reply).Fail(Problem{404, "NOT_FOUND", "There is nothing here."});
  Send(file->second, request, std::move(reply));
}

void PageHandler::Settings(const RequestInfo& request, Reply reply) const {
  std::move(reply).Send(Revalidated(request, JsonResponse(200, settings_)));
}

void PageHandler::Send(const File& file, const RequestInfo& request, Reply reply) const {
  const bool gzip = !file.gzip.content.empty() && TakesGzip(request.Header("Accept-Encoding").value_or(""));
  const auto& [content, etag] = gzip ? file.gzip : file.plain;
  // The names stay the same when the contents change, so browsers keep a copy but ask each time.
  Response response{200,
                    std::string(file.content_type),
                    Body::Static(content),
                    {{"ETag", etag}, {"Cache-Control", "no-cache"}, {"Vary", "Accept-Encoding"}}};
  if (file.content_type.starts_with("text/html")) response.headers.push_back({"Content-Security-Policy", policy_});
  if (HasContent(request, etag)) {
    response.status = 304;
    response.body = Body();
  } else if (gzip) {
    response.headers.push_back({"Content-Encoding", "gzip"});
  }
  std::move(reply).Send(std::move(response));
}

}  // namespace inkwell::gateway
