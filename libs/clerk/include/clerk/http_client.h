#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/result.h"

namespace clerk {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url{};  // absolute, http or https, already percent-encoded
  std::vector<HttpHeader> headers{};
  std::string body{};
  std::chrono::milliseconds timeout{5000};                        // for the whole exchange
  std::size_t max_response_bytes = std::size_t{4} * 1024 * 1024;  // a longer answer is an error, and is not read to its end
  std::stop_token cancel{};  // ends the exchange early, as kUnreachable; a client that cannot do so may go on to the time-out
};

struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers{};
  std::string body{};

  // The first header of that name, without regard to case, or "".
  [[nodiscard]] std::string_view Header(std::string_view name) const;
};

enum class HttpFailure { kInvalidUrl, kUnreachable, kTimeout, kTooLarge };

// No answer came. `message` names neither the URL's query nor any header.
struct HttpError {
  HttpFailure failure;
  std::string message;
};

// The way out to Clerk. A port: tests and programs with a HTTP stack of their own put theirs in its place.
// Implementations must be thread-safe, must not follow redirects, and must keep to timeout and max_response_bytes.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  [[nodiscard]] virtual Result<HttpResponse, HttpError> Send(const HttpRequest& request) = 0;
};

// The client that comes with the SDK: keeps connections open, verifies certificates, obeys its deadlines also against a peer
// that drips bytes and a resolver that hangs. Such a look-up goes on without anybody waiting for it.
[[nodiscard]] std::shared_ptr<HttpClient> MakeHttpClient();

}  // namespace clerk
