#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clerk/http_client.h"

namespace clerk::explain_tool {

// What stands on standard input.
struct Input {
  bool is_request = false;
  std::string token{};                // if it is no request: without "Bearer" and white space
  std::string method{};               // of a request
  std::string target{};               // of a request: path and query, or a whole URL
  std::vector<HttpHeader> headers{};  // of a request

  // The values of all headers of that name, joined as HTTP does (cookies by "; ", others by ", ").
  [[nodiscard]] std::string Header(std::string_view name) const;
};

// Takes a raw request with LF or CRLF, also as `curl -v` prints it ("> " before each line); a body is left alone.
[[nodiscard]] Input ParseInput(std::string_view text);

}  // namespace clerk::explain_tool
