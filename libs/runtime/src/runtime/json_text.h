#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inkwell::runtime {

// Appends `text` as the inside of a JSON string (RFC 8259, section 7). What is not valid UTF-8 (RFC 3629) becomes U+FFFD; C0 and
// C1 controls and DEL are escaped, so that no terminal or log reader acts on them. At most `max_bytes` of the input are used,
// never a part of a character.
void AppendJsonText(std::string& out, std::string_view text, std::size_t max_bytes = std::string_view::npos);

}  // namespace inkwell::runtime
