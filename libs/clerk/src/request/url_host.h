#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clerk::request {

// The host of an http or https URL in the one form that browsers give it: names in lower case, addresses of IPv4 in four
// numbers, of IPv6 in brackets and shortest. Nullopt if it is none. Names must be ASCII: internationalized ones come from
// browsers in their ASCII form.
[[nodiscard]] std::optional<std::string> NormalizeHost(std::string_view text);

}  // namespace clerk::request
