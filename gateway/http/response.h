#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkwell::gateway {

struct HeaderField {
  std::string name;
  std::string value;
};

// The bytes of an answer: owned text, or bytes that live as long as the program and are never copied.
class Body final {
 public:
  Body() = default;
  Body(std::string text) : owned_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Body(const char* text) : owned_(text) {}             // NOLINT(google-explicit-constructor)

  // Bytes that live as long as the program, such as embedded files.
  [[nodiscard]] static Body Static(std::string_view bytes) {
    Body body;
    body.static_ = bytes;
    return body;
  }

  [[nodiscard]] std::string_view view() const { return static_.data() != nullptr ? static_ : std::string_view(owned_); }

  // Bytes of memory that are this body's own.
  [[nodiscard]] std::size_t held() const { return owned_.capacity(); }

 private:
  std::string owned_;
  std::string_view static_;
};

// An answer. The edge adds Content-Length, Date, X-Request-Id, Connection and, unless `headers` has them, Cache-Control: no-store
// and the security headers (nosniff, no-referrer, X-Frame-Options: DENY). A name that is no token, or a value with a control
// byte, is a defect: the client gets 500 instead. Statuses 204 and 304 are sent without body and Content-Length.
struct Response {
  int status = 200;
  std::string content_type;  // empty: no Content-Type
  Body body;
  std::vector<HeaderField> headers;
};

[[nodiscard]] Response JsonResponse(int status, std::string json);
[[nodiscard]] Response TextResponse(int status, std::string text);
[[nodiscard]] Response HtmlResponse(int status, Body html);
[[nodiscard]] Response EmptyResponse(int status);

// "Not Found" for 404; "Unknown" for a status that RFC 9110 does not name.
[[nodiscard]] std::string_view ReasonPhrase(int status);

}  // namespace inkwell::gateway
