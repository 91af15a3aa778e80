#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "embedded_file.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"

namespace inkwell::gateway {

// The page's files and settings and the API's description, compiled into the program. Thread-safe.
class PageHandler final {
 public:
  // `files` are served under their names without "web/", "web/index.html" as "/". `publishable_key` is Clerk's public key for
  // browsers; `emulator` tells the page that it may sign people in through the local emulator.
  PageHandler(std::span<const EmbeddedFile> files, std::string_view publishable_key, bool emulator);

  // The file at the request's path, with an ETag: 304 when the browser has it, 404 when there is none.
  void Asset(const RequestInfo& request, Reply reply) const;
  // {"publishableKey","emulator"}
  void Settings(Reply reply) const;

 private:
  struct File {
    std::string_view content_type;
    std::string_view content;
    std::string etag;
  };

  std::map<std::string, File, std::less<>> files_;
  std::string settings_;
};

}  // namespace inkwell::gateway
