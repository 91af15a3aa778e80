#pragma once

#include <string>
#include <string_view>

namespace inkwell::emulator {

// As text of an element or of an attribute in double or single quotes.
[[nodiscard]] std::string EscapeHtml(std::string_view text);

}  // namespace inkwell::emulator
