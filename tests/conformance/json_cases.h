#pragma once

#include <string>
#include <vector>

namespace inkwell::conformance {

// A body of POST /api/posts, and what RFC 8259 and the API's description make of it.
struct JsonCase {
  std::string name;
  std::string body;
  int status = 0;
  std::string reason;  // of the problem; empty for 201
  std::string content_type = "application/json";
};

[[nodiscard]] std::vector<JsonCase> JsonCases();

}  // namespace inkwell::conformance
