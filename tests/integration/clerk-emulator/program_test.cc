// The program as it is started: settings, what it says, how it ends, and what it still knows after it was killed.
#include <gmock/gmock.h>
#include <httplib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

// A run of clerk-emulator whose standard output and error are read by the test. Killed at the latest on destruction.
class Program final {
 public:
  Program(const std::vector<std::string>& arguments, const std::vector<std::string>& settings) {
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
  ~Program() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Reads until the text has come, or the output ends. All that was read so far.
  const std::string& ReadUntil(const std::string& text) {
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

  // The port out of the log line "listening".
  int Port() {
    ReadUntil("\"listening\"");
    ReadUntil("\n");
    const auto at = said_.find("127.0.0.1:");
    return at == std::string::npos ? 0 : std::atoi(said_.c_str() + at + 10);
  }

  void Signal(int number) const { ::kill(pid_, number); }

  // The exit code, or minus the signal that ended it.
  int Wait() {
    ReadUntil("\n\n never said");
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  static std::vector<char*> Pointers(const std::string& first, const std::vector<std::string>& rest) {
    std::vector<char*> pointers = {const_cast<char*>(first.c_str())};
    for (const auto& text : rest) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
  }

  pid_t pid_ = 0;
  int output_ = -1;
  std::string said_;
};

class ProgramTest : public testing::Test {
 protected:
  ProgramTest() {
    auto pattern = (std::filesystem::temp_directory_path() / "emulator-program-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = pattern;
  }
  ~ProgramTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<Program> Start(std::vector<std::string> settings = {}) {
    settings.push_back("EMULATOR_LISTEN=127.0.0.1:0");
    settings.push_back("EMULATOR_DATA_DIR=" + (directory_ / "state").string());
    return std::make_unique<Program>(std::vector<std::string>{}, settings);
  }
  static json Post(int port, const std::string& path, const std::string& body) {
    httplib::Client client("127.0.0.1", port);
    const auto response = client.Post(path, body, "application/json");
    EXPECT_TRUE(response && response->status == 200);
    return response ? json::parse(response->body) : json();
  }
  static std::string Get(int port, const std::string& path) {
    httplib::Client client("127.0.0.1", port);
    const auto response = client.Get(path);
    return response ? response->body : "";
  }

  std::filesystem::path directory_;
};

TEST_F(ProgramTest, EverythingAnsweredOutlivesKillDashNine) {
  json entered;
  std::string keys;
  {
    const auto program = Start();
    const int port = program->Port();
    ASSERT_NE(port, 0);
    entered = Post(port, "/_emulator/sign-up", R"({"email":"ada@example.com"})");
    keys = Get(port, "/.well-known/jwks.json");
    program->Signal(SIGKILL);
    EXPECT_EQ(program->Wait(), -SIGKILL);
  }
  const auto program = Start();
  const int port = program->Port();
  ASSERT_NE(port, 0);
  EXPECT_EQ(Get(port, "/.well-known/jwks.json"), keys);
  const auto again = Post(port, "/_emulator/sign-in", R"({"email":"ada@example.com"})");
  EXPECT_EQ(again.at("user_id"), entered.at("user_id"));
  EXPECT_THAT(Get(port, "/_emulator/token?session_id=" + entered.at("session_id").get<std::string>()), HasSubstr("\"token\""));
}

TEST_F(ProgramTest, EndsWithZeroOnSigtermAlsoWithAnIdleConnection) {
  const auto program = Start();
  httplib::Client client("127.0.0.1", program->Port());
  client.set_keep_alive(true);
  ASSERT_TRUE(client.Get("/_emulator/status"));
  const auto asked = std::chrono::steady_clock::now();
  program->Signal(SIGTERM);
  EXPECT_EQ(program->Wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 5s);
}

TEST_F(ProgramTest, ReportsAllSettingsThatAreWrongTogether) {
  const auto program = Start(
      {"EMULATOR_WEBHOOK_URL=http://127.0.0.1:1/", "EMULATOR_WEBHOOK_RETRY_SCHEDULE=soon", "EMULATOR_TOKEN_LIFETIME=never"});
  EXPECT_EQ(program->Wait(), 2);
  const auto& said = program->ReadUntil("\n\n");
  for (const char* name : {"EMULATOR_WEBHOOK_SECRET", "EMULATOR_WEBHOOK_RETRY_SCHEDULE", "EMULATOR_TOKEN_LIFETIME"}) {
    EXPECT_THAT(said, HasSubstr(name));
  }
}

TEST_F(ProgramTest, SecondOneOnTheSameStateSaysWhyItCannotStart) {
  const auto first = Start();
  ASSERT_NE(first->Port(), 0);
  const auto second = Start();
  EXPECT_EQ(second->Wait(), 1);
  EXPECT_THAT(second->ReadUntil("\n"), HasSubstr("DIRECTORY_IN_USE"));
}

TEST_F(ProgramTest, LogsNoSecretTokenOrAddress) {
  const auto program = Start({"LOG_LEVEL=debug", "EMULATOR_SECRET_KEY=sk_test_never_shown"});
  const int port = program->Port();
  const auto entered = Post(port, "/_emulator/sign-up", R"({"email":"ada@example.com"})");
  program->Signal(SIGTERM);
  EXPECT_EQ(program->Wait(), 0);
  const auto& said = program->ReadUntil("\n");
  EXPECT_EQ(said.find("never_shown"), std::string::npos);
  EXPECT_EQ(said.find("ada@"), std::string::npos);
  EXPECT_EQ(said.find(entered.at("token").get<std::string>()), std::string::npos);
}

TEST_F(ProgramTest, HelpNamesTheSettings) {
  Program program({"--help"}, {});
  EXPECT_EQ(program.Wait(), 0);
  EXPECT_THAT(program.ReadUntil("EMULATOR_DATA_DIR"), HasSubstr("EMULATOR_WEBHOOK_URL"));
}

}  // namespace
}  // namespace inkwell::emulator
