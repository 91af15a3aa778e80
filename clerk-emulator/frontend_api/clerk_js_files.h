#pragma once

#include <filesystem>

#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// Serves the unmodified files of npm's @clerk/clerk-js and @clerk/ui:
//   GET /npm/@clerk/clerk-js@<version>/dist/<file>   from <directory>/clerk-js/dist/<file>
//   GET /npm/@clerk/ui@<version>/dist/<file>         from <directory>/ui/dist/<file>
// The version may be any text: the scripts ask for their parts by their own full version, and the page by a major one. With an
// ETag; files whose names cannot come to mean something else are for ever. Immutable, thread-safe.
class ClerkJsFiles final {
 public:
  // An empty directory: there are none, and the answer says how to get them.
  explicit ClerkJsFiles(std::filesystem::path directory);

  // The handlers keep a reference to this object.
  void AddTo(Router& router) const;

  // Whether both entry scripts are there.
  [[nodiscard]] bool AreComplete() const;

 private:
  [[nodiscard]] HttpResponse Get(const HttpRequest& request) const;

  const std::filesystem::path directory_;
};

}  // namespace inkwell::emulator
