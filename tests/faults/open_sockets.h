#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

namespace inkwell::faults {

// Connections to 127.0.0.1:port that are opened and left alone. Those that the server does not take stay in its backlog.
class OpenSockets final {
 public:
  OpenSockets(int port, int count) {
    for (int i = 0; i < count; ++i) {
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(static_cast<std::uint16_t>(port));
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      (void)::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
      fds_.push_back(fd);
    }
  }
  ~OpenSockets() {
    for (const int fd : fds_) ::close(fd);
  }
  OpenSockets(const OpenSockets&) = delete;
  OpenSockets& operator=(const OpenSockets&) = delete;

 private:
  std::vector<int> fds_;
};

}  // namespace inkwell::faults
