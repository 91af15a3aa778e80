#pragma once

#include <cstdint>
#include <string>

#include "runtime/error.h"

namespace inkwell::gateway {

// A bound, listening, non-blocking TCP socket.
class ListenSocket final {
 public:
  ListenSocket() = default;
  ~ListenSocket() { Close(); }
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;

  // `address` is numeric; port 0 takes any free one. Fails with INVALID_ARGUMENT for a bad address, UNAVAILABLE when the port
  // is taken.
  [[nodiscard]] runtime::Result<void> Open(const std::string& address, std::uint16_t port);
  void Close();

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace inkwell::gateway
