#include "clerk-emulator/base/adjustable_clock.h"

#include <charconv>
#include <string>

#include "clerk-emulator/base/durable_file.h"

namespace inkwell::emulator {
namespace {

constexpr const char* kFile = "clock-ahead-ms";

}  // namespace

runtime::Result<std::chrono::milliseconds> ReadClock(const std::filesystem::path& directory) {
  const auto text = ReadFile(directory / kFile);
  if (!text) return tl::unexpected(text.error());
  std::int64_t ahead = 0;
  if (*text) std::from_chars((*text)->data(), (*text)->data() + (*text)->size(), ahead);
  return std::chrono::milliseconds(ahead);
}

runtime::Result<void> KeepClock(const std::filesystem::path& directory, std::chrono::milliseconds ahead) {
  return WriteFileAtomically(directory / kFile, std::to_string(ahead.count()));
}

}  // namespace inkwell::emulator
