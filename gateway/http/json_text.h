#pragma once

#include <string>
#include <string_view>

namespace inkwell::gateway {

// Appends `text` as a JSON string with its quotes (RFC 8259 section 7). `text` is valid UTF-8, which is passed through. Runs
// without characters to escape are copied whole: this is most of the work of a list of posts.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace inkwell::gateway
