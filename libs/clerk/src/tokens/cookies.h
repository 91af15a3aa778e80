#pragma once

#include <string>
#include <string_view>

namespace clerk::tokens {

// The value of a cookie as Clerk's SDKs read the header (contract, section 5.3): items are separated by `;`, the first of one
// name counts, values are percent-decoded unless that is malformed, quotes stay. "" if absent: an empty cookie counts as none.
[[nodiscard]] std::string FindCookie(std::string_view header, std::string_view name);

}  // namespace clerk::tokens
