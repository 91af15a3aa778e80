#pragma once

#include <string_view>

namespace inkwell {

// A file of the source tree that was compiled into the program (cmake/EmbedFiles.cmake). Both views live as long as the program.
struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
};

}  // namespace inkwell
