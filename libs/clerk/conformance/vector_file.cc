#include "vector_file.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <fstream>
#include <iostream>
#include <string_view>
#include <system_error>

namespace clerk::conformance {
namespace {

// The code unit of an escape \uXXXX that stands at this place; 0 if none does.
unsigned int UnitAt(std::string_view text, std::size_t at) {
  unsigned int unit = 0;
  if (text.substr(at, 2) != "\\u" || text.size() < at + 6) return 0;
  const auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, unit, 16);
  return error == std::errc() && end == text.data() + at + 6 ? unit : 0;
}

// JavaScript writes half a surrogate pair as "\ud800", which the parser refuses. As UTF-8, JavaScript sends U+FFFD for it.
std::string WithoutLoneSurrogates(std::string line) {
  const auto is_high = [&](std::size_t at) { return (UnitAt(line, at) & ~0x3FFU) == 0xD800; };
  const auto is_low = [&](std::size_t at) { return (UnitAt(line, at) & ~0x3FFU) == 0xDC00; };
  for (std::size_t at = line.find('\\'); at != std::string::npos; at = line.find('\\', at)) {
    const bool is_pair = is_high(at) && is_low(at + 6);
    if (!is_pair && (is_high(at) || is_low(at))) line.replace(at + 2, 4, "fffd");
    at += is_pair ? 12 : 2;
  }
  return line;
}

// "" if the vector passes, else what failed.
std::string FailureOf(const Json& vector, const Check& check) {
  try {
    return check(vector);
  } catch (const std::exception& error) {
    return std::string("it cannot be checked: ") + error.what();
  }
}

}  // namespace

int RunVectorFile(const std::string& path, const Check& check) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "clerk-conformance: cannot read " << path << "\n";
    return 2;
  }
  int passed = 0;
  int total = 0;
  int line_number = 0;
  for (std::string line; std::getline(file, line);) {
    ++line_number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    ++total;
    const Json vector = Json::parse(WithoutLoneSurrogates(line), nullptr, /*allow_exceptions=*/false);
    const bool has_name = vector.is_object() && vector.contains("name") && vector["name"].is_string();
    const std::string failure = has_name ? FailureOf(vector, check) : "it is not a JSON object with a name";
    if (failure.empty()) {
      ++passed;
    } else {
      std::cout << "FAIL " << (has_name ? vector["name"].dump() : "line " + std::to_string(line_number)) << ": " << failure
                << "\n";
    }
  }
  if (file.bad() || total == 0) {
    std::cerr << "clerk-conformance: " << path << (total == 0 ? ": no vectors\n" : ": cannot be read to its end\n");
    return 2;
  }
  std::cout << passed << "/" << total << "\n";
  return passed == total ? 0 : 1;
}

bool IsAccepted(const Json& vector, const std::string& recorded, const std::string& got) {
  if (got == recorded) return true;
  const auto also = vector.find("also_accept");
  return also != vector.end() && std::find(also->begin(), also->end(), got) != also->end();
}

bool SameValue(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.get<double>() == b.get<double>();
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), SameValue);
  if (!a.is_object()) return a == b;
  return std::all_of(a.items().begin(), a.items().end(), [&](const auto& member) {
    const auto other = b.find(member.key());
    return other != b.end() && SameValue(member.value(), *other);
  });
}

}  // namespace clerk::conformance
