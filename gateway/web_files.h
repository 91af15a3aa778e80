#pragma once

#include <span>

#include "embedded_file.h"

namespace inkwell::gateway {

// "openapi.json" and the files of the page, "web/index.html" and so on. Defined by the build (inkwell_embed_files).
std::span<const EmbeddedFile> WebFiles();

}  // namespace inkwell::gateway
