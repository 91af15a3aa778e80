#include "request/url_host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "encoding/text.h"

namespace clerk::request {
namespace {

constexpr std::string_view kForbidden = " #/:<>?@[\\]^|%\x7f";

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }

bool IsForbidden(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80 || kForbidden.find(c) != std::string::npos;
}

// Where the longest run of two or more zero groups begins and ends; {8, 8} if there is none.
struct Run {
  std::size_t begin = 8;
  std::size_t end = 8;
};

Run LongestZeroRun(const std::array<unsigned, 8>& groups) {
  Run longest;
  std::size_t longest_size = 1;
  for (std::size_t i = 0; i < groups.size();) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i > longest_size) {
      longest = {i, end};
      longest_size = end - i;
    }
    i = std::max(end, i + 1);
  }
  return longest;
}

std::string Hex(unsigned group) {
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = group >> shift & 0xf;
    if (digit != 0 || !text.empty() || shift == 0) text += "0123456789abcdef"[digit];
  }
  return text;
}

std::optional<std::string> NormalizeIpv6(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return std::nullopt;
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = unsigned{bytes[2 * i]} << 8 | bytes[2 * i + 1];
  const Run zeros = LongestZeroRun(groups);
  std::string text = "[";
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == zeros.begin) text += "::";
    if (i >= zeros.begin && i < zeros.end) continue;
    if (i != 0 && i != zeros.end) text += ':';
    text += Hex(groups[i]);
  }
  return text + "]";
}

// Whether the last label makes the host an IPv4 address, or nothing.
bool EndsInNumber(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto label = host.substr(host.rfind('.') + 1);
  if (label.empty()) return false;
  if (std::all_of(label.begin(), label.end(), IsDigit)) return true;
  return label.starts_with("0x") && std::all_of(label.begin() + 2, label.end(), IsHexDigit);
}

// One to four numbers, also octal and hexadecimal: what inet_aton reads is what browsers read.
std::optional<std::string> NormalizeIpv4(std::string host) {
  if (host.ends_with('.')) host.pop_back();
  in_addr address{};
  std::array<char, INET_ADDRSTRLEN> text{};
  if (inet_aton(host.c_str(), &address) != 1) return std::nullopt;
  return inet_ntop(AF_INET, &address, text.data(), text.size());
}

}  // namespace

std::optional<std::string> NormalizeHost(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']')) return std::nullopt;
    return NormalizeIpv6(std::string(text.substr(1, text.size() - 2)));
  }
  auto host = encoding::PercentDecode(text);
  if (!host || host->empty() || std::any_of(host->begin(), host->end(), IsForbidden)) return std::nullopt;
  std::transform(host->begin(), host->end(), host->begin(), ToLower);
  return EndsInNumber(*host) ? NormalizeIpv4(*std::move(host)) : host;
}

}  // namespace clerk::request
