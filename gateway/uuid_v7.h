#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace inkwell::gateway {

// A new UUIDv7 (RFC 9562 section 5.7) in its text form: milliseconds of `now`, then 12 bits of the fraction of that millisecond
// (section 6.2, method 3), so that ids made one after the other also sort so, then 62 random bits from the kernel. Thread-safe.
[[nodiscard]] std::string MakeUuidV7(std::chrono::system_clock::time_point now);

// Whether the text is a UUID in its 36-character form, of any version and case.
[[nodiscard]] bool IsUuid(std::string_view text);

}  // namespace inkwell::gateway
