#include "tests/support/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <set>

namespace inkwell::testing {
namespace {

class Socket final {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool Connect(int port) const {
    sockaddr_in address = Address(port);
    return connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  static sockaddr_in Address(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }

 private:
  const int fd_;
};

std::string ReadUntilClosed(int fd, std::chrono::milliseconds timeout) {
  const auto give_up = std::chrono::steady_clock::now() + timeout;
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(give_up - std::chrono::steady_clock::now());
    pollfd readable{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) != 1) return {};
    const ssize_t count = recv(fd, buffer.data(), buffer.size(), 0);
    if (count < 0) return {};
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// The first of the ports that Linux gives to outgoing connections: between the search for a free port and the moment when the
// program listens, a connection of anybody could take one of those.
int FirstEphemeralPort() {
  int first = 32768;  // Linux's own choice
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first;
  return first;
}

}  // namespace

int FreePort() {
  constexpr int kLowest = 10000;
  static std::mutex mutex;
  static std::mt19937 random(std::random_device{}());
  static std::set<int> given;
  static const int highest = std::max(FirstEphemeralPort() - 1, kLowest + 10000);
  std::uniform_int_distribution<int> choice(kLowest, highest);
  const std::lock_guard lock(mutex);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const int port = choice(random);
    const sockaddr_in address = Socket::Address(port);
    const Socket listener;
    const bool free = bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (free && given.insert(port).second) return port;
  }
  return 0;
}

bool CanConnect(int port) { return Socket().Connect(port); }

HttpAnswer HttpGet(int port, const std::string& path, std::chrono::milliseconds timeout) {
  const Socket client;
  if (!client.Connect(port)) return {};
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  if (send(client.fd(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return {};
  const std::string text = ReadUntilClosed(client.fd(), timeout);
  const std::size_t body = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || body == std::string::npos) return {};
  return {std::atoi(text.c_str() + 9), text.substr(body + 4)};
}

}  // namespace inkwell::testing
