#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clerk::encoding {

// base64url as Clerk's SDKs read the parts of a token: any number of `=` at the end is tolerated, every other character outside
// the alphabet is not; bits left over must be zero.
[[nodiscard]] std::optional<std::string> DecodeBase64Url(std::string_view text);

// Standard base64 by the "forgiving" rules of the WHATWG: ASCII white space is ignored, padding is absent or exactly right.
[[nodiscard]] std::optional<std::string> DecodeBase64(std::string_view text);

[[nodiscard]] std::string EncodeBase64(std::string_view bytes);     // standard alphabet, padded
[[nodiscard]] std::string EncodeBase64Url(std::string_view bytes);  // URL alphabet, not padded

}  // namespace clerk::encoding
