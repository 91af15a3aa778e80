#include "tests/support/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "tests/support/eventually.h"
#include "tests/support/loopback.h"

namespace inkwell::testing {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

std::vector<std::string> MergedEnvironment(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::map<std::string, std::string> merged;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) merged[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      merged.erase(name);
    } else {
      merged[name] = value;
    }
  }
  std::vector<std::string> environment;
  for (const auto& [name, value] : merged) environment.push_back(name + "=" + value);
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Between fork and exec only async-signal-safe calls are allowed: other threads may hold any lock.
[[noreturn]] void RunChild(const ChildOptions& options, char* const* command, char* const* environment, int output) {
  if (options.group && (setgroups(0, nullptr) != 0 || setgid(*options.group) != 0)) _exit(126);
  if (options.user && setuid(*options.user) != 0) _exit(126);
  if (options.descriptors) {
    const rlimit limit{*options.descriptors, *options.descriptors};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execve(command[0], command, environment);
  _exit(127);
}

}  // namespace

std::unique_ptr<ChildProcess> ChildProcess::Start(const ChildOptions& options) {
  std::vector<std::string> command = options.command;
  std::vector<std::string> environment = MergedEnvironment(options.environment);
  const std::vector<char*> command_pointers = Pointers(command);
  const std::vector<char*> environment_pointers = Pointers(environment);
  const int output = memfd_create("output", MFD_CLOEXEC);
  if (output < 0 || fcntl(output, F_SETFL, O_APPEND) != 0) Die("output of a child process");
  const pid_t pid = fork();
  if (pid < 0) Die("fork");
  if (pid == 0) RunChild(options, command_pointers.data(), environment_pointers.data(), output);
  // glibc 2.36 declares its wrapper without extern "C".
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd < 0) Die("pidfd_open");
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, pidfd, output));
}

ChildProcess::~ChildProcess() {
  Kill();
  close(pidfd_);
  close(output_);
}

std::string ChildProcess::Output() const {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t count = pread(output_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool ChildProcess::WaitForOutput(const std::string& text, std::chrono::milliseconds timeout) {
  const auto has_text = [&] { return Output().find(text) != std::string::npos; };
  return Eventually([&] { return has_text() || WaitForExit(std::chrono::milliseconds(0)).has_value(); }, timeout) && has_text();
}

bool ChildProcess::WaitForPort(int port, std::chrono::milliseconds timeout) {
  return Eventually([&] { return CanConnect(port) || WaitForExit(std::chrono::milliseconds(0)).has_value(); }, timeout) &&
         !exit_code_;
}

bool ChildProcess::WaitForHttpOk(int port, const std::string& path, std::chrono::milliseconds timeout) {
  return Eventually([&] { return HttpGet(port, path).status == 200 || WaitForExit(std::chrono::milliseconds(0)).has_value(); },
                    timeout) &&
         !exit_code_;
}

void ChildProcess::Signal(int signal) const {
  if (!exit_code_) kill(pid_, signal);
}

void ChildProcess::Suspend() {
  Signal(SIGSTOP);
  // The parent is told of a stop once the last thread has stopped.
  const auto stopped = [&] {
    siginfo_t state{};
    return waitid(P_PID, static_cast<id_t>(pid_), &state, WSTOPPED | WNOHANG) == 0 && state.si_pid == pid_;
  };
  if (!Eventually(stopped)) Die("a child process does not stop");
}

void ChildProcess::Resume() const { Signal(SIGCONT); }

std::optional<int> ChildProcess::WaitForExit(std::chrono::milliseconds timeout) {
  if (exit_code_) return exit_code_;
  pollfd ended{pidfd_, POLLIN, 0};
  if (poll(&ended, 1, static_cast<int>(timeout.count())) != 1) return std::nullopt;
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) Die("waitpid");
  exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return exit_code_;
}

std::optional<int> ChildProcess::Terminate(std::chrono::milliseconds timeout) {
  Signal(SIGTERM);
  return WaitForExit(timeout);
}

void ChildProcess::Kill() {
  Signal(SIGKILL);
  // A killed process always ends; the time is for a machine under load.
  if (!WaitForExit(std::chrono::minutes(1))) Die("a killed child process does not end");
}

std::string ProgramPath(const std::string& name) {
  const char* directory = std::getenv("INKWELL_BIN");
  return std::string(directory == nullptr ? "." : directory) + "/" + name;
}

}  // namespace inkwell::testing
