#include "gateway/uuid_v7.h"

#include <sys/random.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace inkwell::gateway {
namespace {

constexpr std::uint64_t kVersion = 0x7;
constexpr std::uint64_t kVariant = 0x2;

// Random numbers from the kernel, fetched by the page: one system call per 256 ids.
class RandomPool final {
 public:
  std::uint64_t Next() {
    if (next_ == numbers_.size()) Refill();
    return numbers_[next_++];
  }

 private:
  // getrandom serves up to 256 bytes whole and uninterrupted once the kernel is seeded; larger requests may return short.
  void Refill() {
    auto* bytes = reinterpret_cast<unsigned char*>(numbers_.data());
    std::size_t filled = 0;
    while (filled < sizeof(numbers_)) {
      const ssize_t got = getrandom(bytes + filled, sizeof(numbers_) - filled, 0);
      if (got > 0) {
        filled += static_cast<std::size_t>(got);
      } else if (errno != EINTR) {
        std::abort();  // Linux without getrandom: no id can be trusted to be new
      }
    }
    next_ = 0;
  }

  std::array<std::uint64_t, 256> numbers_{};
  std::size_t next_ = numbers_.size();
};

void WriteHex(char* out, std::uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = "0123456789abcdef"[value & 0xf];
    value >>= 4;
  }
}

}  // namespace

std::string MakeUuidV7(std::chrono::system_clock::time_point now) {
  thread_local RandomPool random;
  const auto nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  const auto millis = static_cast<std::uint64_t>(nanos / 1'000'000);
  const auto fraction = static_cast<std::uint64_t>(nanos % 1'000'000) * 4096 / 1'000'000;
  const std::uint64_t high = millis << 16 | kVersion << 12 | fraction;
  const std::uint64_t low = kVariant << 62 | random.Next() >> 2;

  std::string text(36, '-');
  WriteHex(&text[0], high >> 32, 8);
  WriteHex(&text[9], high >> 16, 4);
  WriteHex(&text[14], high, 4);
  WriteHex(&text[19], low >> 48, 4);
  WriteHex(&text[24], low, 12);
  return text;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  return true;
}

}  // namespace inkwell::gateway
