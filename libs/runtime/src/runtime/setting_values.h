#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inkwell::runtime {

// The texts of settings, read strictly: nothing but the value, no white space, nullopt on anything else.
[[nodiscard]] std::optional<std::int64_t> ParseInteger(std::string_view text);
[[nodiscard]] std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);
// true, false, yes, no, on, off, 1, 0.
[[nodiscard]] std::optional<bool> ParseBool(std::string_view text);
// Whether it is `host:port`, `[v6]:port` or `unix:/path`.
[[nodiscard]] bool IsAddress(std::string_view text);
// Splits at commas and white space; no empty items.
[[nodiscard]] std::vector<std::string> SplitList(std::string_view text);
// In the largest unit without a rest: "3s", "1500ms".
[[nodiscard]] std::string FormatDuration(std::chrono::milliseconds duration);

}  // namespace inkwell::runtime
