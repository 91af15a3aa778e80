#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "gateway/http/response.h"

namespace inkwell::gateway {

// The Date field's value (RFC 9110 section 5.6.7), formatted once per second. Not thread-safe: one per reactor.
class DateCache final {
 public:
  // Valid until the next call.
  [[nodiscard]] std::string_view At(std::chrono::system_clock::time_point now);

 private:
  std::chrono::sys_seconds second_{};
  std::string text_;
};

// How the client learns where the body ends.
enum class BodyEnd { kContentLength, kChunked, kConnectionClose };

struct AnswerContext {
  std::string_view request_id;
  std::string_view date;
  bool keep_alive = true;
  bool http_1_0 = false;
  BodyEnd body_end = BodyEnd::kContentLength;
  bool https_only = false;
};

// Whether the response may go out: a status of three digits, names that are tokens, values without control bytes.
[[nodiscard]] bool IsSendable(const Response& response);

// Appends status line and fields, the empty line included. Fields that are the edge's own (Content-Length, Connection, Date,
// Transfer-Encoding, X-Request-Id) are left out when a handler set them.
void AppendResponseHead(std::string& out, const Response& response, const AnswerContext& context);

// Whether the body is sent: not for HEAD, 204 and 304 (RFC 9110 section 6.4.1).
[[nodiscard]] bool HasBodyOnWire(const Response& response, bool head_request);

}  // namespace inkwell::gateway
