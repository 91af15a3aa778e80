#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::explain {

// An untrusted value for a terminal or a log: printable ASCII only, cut at 80 characters, in quotes. What looks like an e-mail
// address or like a token is not shown.
[[nodiscard]] std::string Quote(std::string_view value);

// Quoted values, separated by commas; "none" without any.
[[nodiscard]] std::string QuoteList(const std::vector<std::string>& values);

// Seconds since the epoch as "1760000000 (2025-10-09T08:53:20Z)".
[[nodiscard]] std::string FormatTime(std::int64_t seconds);

// "1 s", "75 s (1 min)", "7200 s (2 h)", …
[[nodiscard]] std::string FormatDuration(std::int64_t seconds);

}  // namespace clerk::explain
