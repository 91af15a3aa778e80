#pragma once

#include <memory>
#include <string>

#include "tests/support/child_process.h"

namespace inkwell::testing {

// A PostgreSQL of the test's own: a fresh cluster in a temporary directory, on a unix socket and on a free port of 127.0.0.1,
// with fsync on, superuser `postgres` without a password. As root it runs as the user `postgres`, because PostgreSQL refuses
// root. All of it is gone when the object is. What fails here ends the test program with a message. Use it from the test's main
// thread.
//
// Making one takes a second or two: share it within a test program (a static member of the suite), and give each test a database.
class PostgresCluster final {
 public:
  enum class StopMode {
    kFast,       // cuts the connections, then a clean shutdown
    kImmediate,  // as if the power failed: recovery at the next start
  };

  PostgresCluster();  // made and started
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  void Start();  // waits until it accepts connections; the same port as before
  void Stop(StopMode mode = StopMode::kFast);
  void Restart(StopMode mode = StopMode::kFast);

  // Stops the postmaster for a while (SIGSTOP): it accepts nothing, while its backends go on.
  void Pause();
  void Resume();

  // Returns url(name).
  std::string CreateDatabase(const std::string& name);
  // As superuser, in one round trip; text of the first column of the first row, or "".
  std::string Execute(const std::string& database, const std::string& sql);

  [[nodiscard]] std::string url(const std::string& database = "postgres") const;
  [[nodiscard]] std::string socket_url(const std::string& database = "postgres") const;
  [[nodiscard]] int port() const { return port_; }

 private:
  [[nodiscard]] ChildOptions Command(const std::string& program, std::vector<std::string> arguments) const;
  void WriteConfiguration() const;
  [[nodiscard]] bool TryStart();

  std::string directory_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> postmaster_;
};

}  // namespace inkwell::testing
