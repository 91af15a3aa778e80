#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inkwell::emulator {

// Random text of [0-9A-Za-z], about 5.95 bits per character. From OpenSSL's generator; ends the process if that has no entropy,
// because ids that repeat would merge two users.
[[nodiscard]] std::string RandomBase62(std::size_t length);

// An id as Clerk writes them: `user_2…`, `sess_2…`, `msg_2…`: the prefix, a 2 and 26 random characters.
[[nodiscard]] std::string NewId(std::string_view prefix);

}  // namespace inkwell::emulator
