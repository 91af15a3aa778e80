#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace clerk::testing {

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Outcome {
  int exit_code = -1;  // -1: it did not end in time
  std::string output;  // standard output and standard error
};

// Runs a program to its end, with this text on its standard input.
[[nodiscard]] Outcome RunProgram(std::vector<std::string> command, Environment environment = {}, const std::string& input = {});

// A directory of its own, removed at the end.
class TemporaryDirectory final {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  // Writes a file and gives its path.
  [[nodiscard]] std::string Write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string ReadFile(const std::filesystem::path& path);

}  // namespace clerk::testing
