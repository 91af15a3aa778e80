#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inkwell::emulator {

// RFC 4648 section 4, with padding.
[[nodiscard]] std::string Base64(std::string_view bytes);
// RFC 4648 section 5, without padding: what JOSE uses.
[[nodiscard]] std::string Base64Url(std::string_view bytes);
// Section 4; padding may be missing. Nothing if the text is not base64.
[[nodiscard]] std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace inkwell::emulator
