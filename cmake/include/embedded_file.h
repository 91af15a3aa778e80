#pragma once

#include <string_view>

namespace inkwell {

// A file of the source tree that was compiled into the program (cmake/EmbedFiles.cmake). The views live as long as the program.
struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
  std::string_view gzip = {};  // the same compressed, where the build asked for it
};

}  // namespace inkwell
