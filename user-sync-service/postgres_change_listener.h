#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

struct pg_conn;

namespace inkwell::users {

// Listens on the channel inkwell_users, which the repository notifies in each transaction that changed a user, on a connection
// and a thread of its own, and calls `wake` after each notification, and after each (re)connection, because notifications of the
// time before are lost. Never gives up connecting: twice a second.
//
// Uses libpq itself: SOCI has no notifications. Destruction may take as long as a connection attempt, 2 s at most.
class PostgresChangeListener final {
 public:
  // `url` as for runtime::Database. `wake` must be thread-safe and outlive the listener.
  PostgresChangeListener(std::string url, std::function<void()> wake);
  ~PostgresChangeListener();
  PostgresChangeListener(const PostgresChangeListener&) = delete;
  PostgresChangeListener& operator=(const PostgresChangeListener&) = delete;

 private:
  enum class Waited : std::uint8_t { kReadable, kTimeout, kStopped };

  void Run();
  // Until the connection is lost or the listener stops. Whether there was a connection.
  bool Listen();
  // A negative socket: waits for the stop alone. A negative time-out: for ever.
  [[nodiscard]] Waited Wait(int socket, int timeout_ms) const;
  // Sends LISTEN and waits for its result, 2 s at most.
  [[nodiscard]] bool StartListening(pg_conn* connection) const;

  const std::string url_;
  const std::function<void()> wake_;
  int stop_event_ = -1;  // an eventfd: readable once the listener is to stop
  std::thread thread_;   // last
};

}  // namespace inkwell::users
