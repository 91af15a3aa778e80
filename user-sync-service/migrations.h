#pragma once

#include <span>

#include "embedded_file.h"

namespace inkwell::users {

// The files of migrations/, compiled in (inkwell_embed_files).
std::span<const EmbeddedFile> Migrations();

}  // namespace inkwell::users
