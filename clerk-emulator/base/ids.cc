#include "clerk-emulator/base/ids.h"

#include <openssl/rand.h>

#include <array>
#include <cstdlib>

namespace inkwell::emulator {

std::string RandomBase62(std::size_t length) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr unsigned kUnbiased = 256 / 62 * 62;  // bytes from here on would favour the alphabet's start
  std::string text;
  text.reserve(length);
  std::array<unsigned char, 64> bytes{};
  while (text.size() < length) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
    for (const unsigned char byte : bytes) {
      if (text.size() == length) break;
      if (byte < kUnbiased) text += kAlphabet[byte % kAlphabet.size()];
    }
  }
  return text;
}

std::string NewId(std::string_view prefix) { return std::string(prefix) + "_2" + RandomBase62(26); }

}  // namespace inkwell::emulator
