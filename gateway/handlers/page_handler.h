#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "embedded_file.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"

namespace inkwell::gateway {

struct PageOptions {
  std::string publishable_key;  // Clerk's public key for browsers
  // Tells the page that Clerk is the emulator, reached at /__clerk of the page's own origin. Otherwise browsers reach Clerk
  // itself.
  bool emulator = false;
  // Host of Clerk's Frontend API, which clerk-js is loaded from; unused with the emulator.
  std::string frontend_api{};
};

// The page's files and settings and the API's description, compiled into the program. Thread-safe.
class PageHandler final {
 public:
  // `files` are served under their names without "web/", "web/index.html" as "/".
  PageHandler(std::span<const EmbeddedFile> files, const PageOptions& options);

  // The file at the request's path, compressed for those who take it, with an ETag: 304 when the browser has it, 404 when there
  // is none.
  void Asset(const RequestInfo& request, Reply reply) const;
  // The page itself, whatever the path: its script shows what the path says (/sign-in, /sign-up, /account).
  void App(const RequestInfo& request, Reply reply) const;
  // {"publishableKey","emulator"}
  void Settings(const RequestInfo& request, Reply reply) const;

 private:
  struct Representation {
    std::string_view content;
    std::string etag;
  };
  struct File {
    std::string_view content_type;
    Representation plain;
    Representation gzip;  // empty where the build made none
  };

  void Send(const File& file, const RequestInfo& request, Reply reply) const;

  std::map<std::string, File, std::less<>> files_;
  std::string policy_;
  std::string settings_;
};

// The Content-Security-Policy under which clerk-js and its components run without a violation. `frontend_api` is empty where
// Clerk's files come from the page's own origin.
[[nodiscard]] std::string ContentSecurityPolicy(std::string_view frontend_api);

}  // namespace inkwell::gateway
