#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace inkwell::testing {

struct ChildOptions {
  std::vector<std::string> command;  // an absolute path, then its arguments
  // Added to (or instead of) this process's environment; an empty value removes the variable.
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<uid_t> user;  // only root may change it
  std::optional<gid_t> group;
  std::optional<unsigned> descriptors;  // at most this many open at once (RLIMIT_NOFILE)
};

// A program under test: started with its own environment, its output kept, killed with the test. The kernel also kills it when
// the thread that started it ends, so start it from the test's main thread. Not thread-safe.
class ChildProcess final {
 public:
  // Ends the test program with a message if it cannot fork.
  [[nodiscard]] static std::unique_ptr<ChildProcess> Start(const ChildOptions& options);
  // Kills it if it still runs, and waits for that.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // Standard output and standard error so far.
  [[nodiscard]] std::string Output() const;

  // All of these give up, with false or nullopt, at the timeout or when the program has ended.
  [[nodiscard]] bool WaitForOutput(const std::string& text, std::chrono::milliseconds timeout = std::chrono::seconds(10));
  [[nodiscard]] bool WaitForPort(int port, std::chrono::milliseconds timeout = std::chrono::seconds(10));
  [[nodiscard]] bool WaitForHttpOk(int port, const std::string& path,
                                   std::chrono::milliseconds timeout = std::chrono::seconds(10));

  void Signal(int signal) const;
  // The exit code, or 128 + the signal that ended it; nullopt if it still runs at the timeout.
  [[nodiscard]] std::optional<int> WaitForExit(std::chrono::milliseconds timeout);
  // Stops it (SIGSTOP). On return no thread of it runs: kill(2) alone returns before the threads on other CPUs have noticed.
  // Ends the test program with a message if it does not stop.
  void Suspend();
  // Lets it go on (SIGCONT).
  void Resume() const;
  // SIGTERM, then WaitForExit.
  [[nodiscard]] std::optional<int> Terminate(std::chrono::milliseconds timeout = std::chrono::seconds(15));
  // SIGKILL, and waits.
  void Kill();

 private:
  ChildProcess(pid_t pid, int pidfd, int output) : pid_(pid), pidfd_(pidfd), output_(output) {}

  const pid_t pid_;
  const int pidfd_;
  const int output_;  // an unlinked file
  std::optional<int> exit_code_;
};

// The path of one of our programs: $INKWELL_BIN/name, where CTest sets INKWELL_BIN.
[[nodiscard]] std::string ProgramPath(const std::string& name);

}  // namespace inkwell::testing
