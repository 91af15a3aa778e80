#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inkwell::gateway {

struct Route;

struct FieldView {
  std::string_view name;
  std::string_view value;  // without surrounding whitespace
};

// One request: written by the connection until its handler is called, immutable afterwards.
struct RequestRecord {
  std::string head;  // as received, up to and including the empty line; the views below point into it
  std::string_view method;
  std::string_view target;     // origin form, or "*"
  std::string_view authority;  // of an absolute-form target; else empty
  std::vector<FieldView> fields;
  std::string body;

  int minor_version = 1;
  bool keep_alive = true;
  bool chunked = false;
  bool expects_continue = false;
  std::uint64_t content_length = 0;

  std::string request_id;
  std::string client_address;
  bool https = false;  // the client's own connection, which a trusted proxy holds
  std::chrono::steady_clock::time_point received_at;
  std::chrono::steady_clock::time_point deadline;
  const Route* route = nullptr;  // in the server's table: for the edge only, a handler's copy of this may outlive the server
  std::string route_pattern;
  std::vector<std::pair<std::string_view, std::string>> path_parameters;

  [[nodiscard]] bool HasBody() const { return chunked || content_length > 0; }
  // Bytes of memory, but for small change.
  [[nodiscard]] std::size_t held() const { return head.capacity() + body.capacity(); }
};

// ASCII only, as field names and codings are compared (RFC 9110 section 5.1).
[[nodiscard]] bool EqualsIgnoringCase(std::string_view a, std::string_view b);

}  // namespace inkwell::gateway
