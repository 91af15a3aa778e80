#pragma once

#include <string>
#include <string_view>

namespace inkwell::gateway {

// Appends text so that it stays text in HTML and in XML 1.0, as content and inside of quoted attributes: & < > " ' become
// character references, and characters that XML has no way to write (control characters but tab and line ends, U+FFFE, U+FFFF)
// become U+FFFD. `text` is valid UTF-8.
void AppendMarkupText(std::string& out, std::string_view text);

}  // namespace inkwell::gateway
