#include "tests/package/program.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/support/child_process.h"

namespace clerk::testing {

namespace fs = std::filesystem;

Outcome RunProgram(std::vector<std::string> command, Environment environment, const std::string& input) {
  const TemporaryDirectory directory;
  const std::string file = directory.Write("input", input);
  // The shell only redirects: the program and its arguments reach it unread.
  command.insert(command.begin(), {"/bin/sh", "-c", "input=$1; shift; exec \"$@\" < \"$input\"", "sh", file});
  inkwell::testing::ChildOptions options;
  options.command = std::move(command);
  options.environment = std::move(environment);
  const auto child = inkwell::testing::ChildProcess::Start(options);
  const auto exit_code = child->WaitForExit(std::chrono::minutes(5));
  return {exit_code.value_or(-1), child->Output()};
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "clerk-test-XXXXXX").string();
  EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() { fs::remove_all(path_); }

std::string TemporaryDirectory::Write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name) << text;
  return (path_ / name).string();
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace clerk::testing
