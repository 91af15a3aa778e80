#pragma once

#include <chrono>
#include <string>

namespace inkwell::testing {

// A port of 127.0.0.1 that nobody has right now, and that this process was not given before. For programs that must be told a
// port; whatever can, binds port 0 itself. 0 if none was found. Thread-safe.
[[nodiscard]] int FreePort();

// Whether something accepts connections at 127.0.0.1:port.
[[nodiscard]] bool CanConnect(int port);

// The status and body of GET http://127.0.0.1:port<path>, or status 0 if there was no whole answer within the timeout.
struct HttpAnswer {
  int status = 0;
  std::string body;
};
[[nodiscard]] HttpAnswer HttpGet(int port, const std::string& path, std::chrono::milliseconds timeout = std::chrono::seconds(2));

}  // namespace inkwell::testing
