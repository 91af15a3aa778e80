#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// Uploaded pictures, as files: GET /v1/profile_images/<id>. Immutable, thread-safe.
class ProfileImages final {
 public:
  explicit ProfileImages(std::filesystem::path directory);

  // The handlers keep a reference to this object.
  void AddTo(Router& router) const;

  // Keeps a PNG, JPEG, GIF or WebP and returns the path at which it is served. 422 form_param_value_invalid for anything else:
  // it is shown on the application's own pages, where an SVG could bring a script.
  [[nodiscard]] ClerkResult<std::string> Keep(std::string_view content) const;

  // Removes all of them.
  void Clear() const;

 private:
  [[nodiscard]] HttpResponse Get(const HttpRequest& request) const;

  const std::filesystem::path directory_;
};

}  // namespace inkwell::emulator
