#pragma once

#include <memory>
#include <string>

#include "clerk-emulator/http/http.h"
#include "runtime/error.h"

namespace inkwell::emulator {

// Serves a handler over HTTP/1.1 by cpp-httplib: one thread per connection out of a pool, so the handler is called from many
// threads. Bodies are bounded (1 MiB, also when chunked or compressed), idle connections are closed after a few seconds.
class HttpServer final {
 public:
  // `listen` is host:port; port 0 lets the system choose. Never shares its port: without SO_REUSEPORT, which is httplib's
  // default, a second emulator fails here instead of taking half of the requests. Fails with UNAVAILABLE / ADDRESS_NOT_BOUND.
  [[nodiscard]] static runtime::Result<std::unique_ptr<HttpServer>> Start(const std::string& listen, HttpHandler handler);

  // Stops accepting, waits for the requests under way.
  ~HttpServer();

  // host:port with the port that is bound.
  [[nodiscard]] const std::string& address() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::emulator
