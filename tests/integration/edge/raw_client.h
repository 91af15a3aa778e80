#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace inkwell::gateway {

// One answer as it came over the wire.
struct RawAnswer {
  int status = 0;  // 0: the connection ended, or nothing came in time
  std::string head;
  std::string body;

  [[nodiscard]] bool HasHeader(std::string_view line) const {
    return head.find("\r\n" + std::string(line) + "\r\n") != head.npos;
  }
};

// A TCP connection to the edge that sends exactly the given bytes. Every wait ends after five seconds.
class RawClient final {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
  RawClient& operator=(RawClient&&) = delete;

  void Send(std::string_view bytes) const;
  void FinishSending() const;
  // Reads one answer; its body by Content-Length, none when `head_only`.
  [[nodiscard]] RawAnswer Read(bool head_only = false);
  // Everything up to and with `end`; what came before the connection ended, or nothing more came in time, otherwise.
  [[nodiscard]] std::string ReadUntil(std::string_view end);
  // Whether the server ends the connection, after reading (and dropping) what it still sends.
  [[nodiscard]] bool Ended();
  // Whether bytes (or the end) are there to be read right now.
  [[nodiscard]] bool HasInput() const;

 private:
  // False at the end, on an error and when nothing came in time.
  bool Fill();

  int fd_;
  std::string buffer_;
};

}  // namespace inkwell::gateway
