#include "vector_file.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string_view>

namespace clerk::conformance {

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
    const Json vector = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!vector.is_object() || !vector.contains("name")) {
      std::cerr << "clerk-conformance: " << path << ":" << line_number << ": not a vector\n";
      return 2;
    }
    ++total;
    std::string failure;
    try {
      failure = check(vector);
    } catch (const Json::exception&) {
      std::cerr << "clerk-conformance: " << path << ":" << line_number << ": a member is missing or has another type\n";
      return 2;
    }
    if (failure.empty()) {
      ++passed;
    } else {
      std::cout << "FAIL " << vector["name"].dump() << ": " << failure << "\n";
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
