#include "tests/integration/clerk-emulator/program.h"

#include <httplib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;

std::vector<char*> Pointers(const std::string& first, const std::vector<std::string>& rest) {
  std::vector<char*> pointers = {const_cast<char*>(first.c_str())};
  for (const auto& text : rest) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const std::vector<std::string>& settings) {
  const char* directory = std::getenv("INKWELL_BIN");
  const auto path = (std::filesystem::path(directory == nullptr ? "bin" : directory) / "clerk-emulator").string();
  int pipes[2];
  if (::pipe(pipes) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipes[1], STDERR_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipes[0]);
  auto argv = Pointers(path, arguments);
  const std::string log_format = "LOG_FORMAT=json";
  auto environment = Pointers(log_format, settings);
  const int error = ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipes[1]);
  output_ = pipes[0];
  if (error != 0) throw std::system_error(error, std::generic_category(), path);
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
}

const std::string& Program::ReadUntil(const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (said_.find(text) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
    pollfd ready{output_, POLLIN, 0};
    char buffer[4096];
    if (::poll(&ready, 1, 100) <= 0) continue;
    const ssize_t got = ::read(output_, buffer, sizeof buffer);
    if (got <= 0) break;
    said_.append(buffer, static_cast<std::size_t>(got));
  }
  return said_;
}

int Program::Port() {
  ReadUntil("\"listening\"");
  ReadUntil("\n");
  const auto at = said_.find("127.0.0.1:");
  return at == std::string::npos ? 0 : std::atoi(said_.c_str() + at + 10);
}

void Program::Signal(int number) const { ::kill(pid_, number); }

int Program::Wait() {
  ReadUntil("\n\n never said");
  int status = 0;
  ::waitpid(std::exchange(pid_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

ProgramTest::ProgramTest() {
  auto pattern = (std::filesystem::temp_directory_path() / "emulator-program-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
}

ProgramTest::~ProgramTest() { std::filesystem::remove_all(directory_); }

std::unique_ptr<Program> ProgramTest::Start(std::vector<std::string> settings) {
  settings.push_back("EMULATOR_LISTEN=127.0.0.1:0");
  settings.push_back("EMULATOR_DATA_DIR=" + (directory_ / "state").string());
  return std::make_unique<Program>(std::vector<std::string>{}, settings);
}

nlohmann::json ProgramTest::Post(int port, const std::string& path, const std::string& body) {
  httplib::Client client("127.0.0.1", port);
  const auto response = client.Post(path, body, "application/json");
  EXPECT_TRUE(response && response->status == 200);
  return response ? nlohmann::json::parse(response->body) : nlohmann::json();
}

std::string ProgramTest::Get(int port, const std::string& path) {
  httplib::Client client("127.0.0.1", port);
  const auto response = client.Get(path);
  return response ? response->body : "";
}

}  // namespace inkwell::emulator
