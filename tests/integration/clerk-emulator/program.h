#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace inkwell::emulator {

// A run of clerk-emulator whose standard output and error are read by the test. Killed at the latest on destruction.
class Program final {
 public:
  Program(const std::vector<std::string>& arguments, const std::vector<std::string>& settings);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Reads until the text has come, or the output ends. All that was read so far.
  const std::string& ReadUntil(const std::string& text);

  // The port out of the log line "listening".
  int Port();

  void Signal(int number) const;

  // The exit code, or minus the signal that ended it.
  int Wait();

 private:
  pid_t pid_ = 0;
  int output_ = -1;
  std::string said_;
};

// With a state directory of its own, which outlives the programs that are started on it.
class ProgramTest : public testing::Test {
 protected:
  ProgramTest();
  ~ProgramTest() override;

  std::unique_ptr<Program> Start(std::vector<std::string> settings = {});
  static nlohmann::json Post(int port, const std::string& path, const std::string& body);
  static std::string Get(int port, const std::string& path);

  std::filesystem::path directory_;
};

}  // namespace inkwell::emulator
