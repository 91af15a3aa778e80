#include "runtime/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

namespace inkwell::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class SettingsTest : public ::testing::Test {
 protected:
  ~SettingsTest() override {
    for (const std::string& name : set_) unsetenv(name.c_str());
    for (const std::string& path : files_) unlink(path.c_str());
  }

  void SetEnvironment(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    set_.push_back(name);
  }

  std::string WriteFile(const std::string& content) {
    std::string path = ::testing::TempDir() + "settings_XXXXXX";
    const int fd = mkstemp(path.data());
    EXPECT_GE(fd, 0);
    close(fd);
    std::ofstream(path) << content;
    files_.push_back(path);
    return path;
  }

  static Settings Make(const std::vector<const char*>& arguments = {}) {
    std::vector<const char*> argv{"program"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return Settings("program", "Does things.", static_cast<int>(argv.size()), argv.data());
  }

  struct Outcome {
    std::optional<int> code;
    std::string out;
    std::string err;
  };
  static Outcome Finish(Settings& settings) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const std::optional<int> code = settings.Finish();
    return {code, ::testing::internal::GetCapturedStdout(), ::testing::internal::GetCapturedStderr()};
  }

 private:
  std::vector<std::string> set_;
  std::vector<std::string> files_;
};

TEST_F(SettingsTest, TakesDefaultsThenTheEnvironmentThenFlags) {
  SetEnvironment("FROM_ENVIRONMENT", "environment");
  SetEnvironment("FROM_BOTH", "environment");
  SetEnvironment("EMPTY", "");
  Settings settings = Make({"--from-both=flag", "--from-flag", "next argument"});
  EXPECT_EQ(settings.String("FROM_NOTHING", "default", ""), "default");
  EXPECT_EQ(settings.String("EMPTY", "default", ""), "default");
  EXPECT_EQ(settings.String("FROM_ENVIRONMENT", "default", ""), "environment");
  EXPECT_EQ(settings.String("FROM_BOTH", "default", ""), "flag");
  EXPECT_EQ(settings.String("FROM_FLAG", "default", ""), "next argument");
  EXPECT_EQ(settings.OptionalString("NOT_THERE", ""), std::nullopt);
  EXPECT_EQ(Finish(settings).code, std::nullopt);
}

TEST_F(SettingsTest, ReadsEachKind) {
  Settings settings = Make({"--count=7", "--wait=250ms", "--list", "a, b", "--on", "--listen=unix:/tmp/x", "--format=json"});
  EXPECT_EQ(settings.Integer("COUNT", 1, 0, 10, ""), 7);
  EXPECT_EQ(settings.Duration("WAIT", 1s, 0s, 1min, ""), 250ms);
  EXPECT_EQ(settings.List("LIST", "", ""), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(settings.Bool("ON", false, ""));
  EXPECT_EQ(settings.Address("LISTEN", "127.0.0.1:0", ""), "unix:/tmp/x");
  EXPECT_EQ(settings.Choice("FORMAT", "text", {"text", "json"}, ""), "json");
  EXPECT_EQ(Finish(settings).code, std::nullopt);
}

TEST_F(SettingsTest, ReportsAllProblemsTogether) {
  SetEnvironment("COUNT", "11");
  Settings settings =
      Make({"--wait=soon", "--on=maybe", "--no-such-flag", "--listen=nowhere", "--format=xml", "stray-secret", "--list"});
  EXPECT_EQ(settings.Integer("COUNT", 1, 0, 10, ""), 1);
  (void)settings.Duration("WAIT", 1s, 0s, 1min, "");
  (void)settings.Bool("ON", false, "");
  (void)settings.Address("LISTEN", "127.0.0.1:0", "");
  (void)settings.Choice("FORMAT", "text", {"text", "json"}, "");
  (void)settings.List("LIST", "", "");
  (void)settings.RequiredString("NEEDED", "");
  (void)settings.RequiredSecret("KEY", "");
  settings.Problem("COUNT must not be larger than WAIT");
  const Outcome outcome = Finish(settings);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_TRUE(outcome.out.empty());
  for (const char* problem :
       {"COUNT: '11' is not a whole number from 0 to 10", "WAIT: 'soon' is not a duration", "ON: 'maybe' is not true or false",
        "--no-such-flag is not a flag", "LISTEN: 'nowhere' is not host:port", "FORMAT: 'xml' is not one of text, json",
        "--list needs a value", "NEEDED is required", "KEY is required", "argument 6 is not a flag",
        "COUNT must not be larger"}) {
    EXPECT_THAT(outcome.err, HasSubstr(problem));
  }
  EXPECT_THAT(outcome.err, Not(HasSubstr("stray-secret")));
}

TEST_F(SettingsTest, RefusesAFlagGivenTwice) {
  Settings settings = Make({"--name=a", "--name=b"});
  (void)settings.String("NAME", "", "");
  EXPECT_THAT(Finish(settings).err, HasSubstr("--name is given twice"));
}

TEST_F(SettingsTest, ReadsSecretsFromFilesWithoutTheTrailingNewline) {
  const std::string path = WriteFile("hunter2\n");
  SetEnvironment("API_KEY_FILE", path);
  Settings settings = Make();
  EXPECT_EQ(settings.Secret("API_KEY", ""), "hunter2");
  EXPECT_EQ(settings.Secret("OTHER_KEY", ""), std::nullopt);
  EXPECT_EQ(Finish(settings).code, std::nullopt);
}

TEST_F(SettingsTest, RefusesASecretGivenTwiceOrInAFileThatIsNotThere) {
  SetEnvironment("API_KEY", "hunter2");
  SetEnvironment("API_KEY_FILE", WriteFile("hunter3\n"));
  SetEnvironment("OTHER_KEY_FILE", "/no/such/file");
  SetEnvironment("EMPTY_KEY_FILE", WriteFile("\n"));
  Settings settings = Make();
  (void)settings.Secret("API_KEY", "");
  (void)settings.RequiredSecret("OTHER_KEY", "");
  (void)settings.Secret("EMPTY_KEY", "");
  const Outcome outcome = Finish(settings);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("API_KEY and API_KEY_FILE are both set"));
  EXPECT_THAT(outcome.err, HasSubstr("OTHER_KEY_FILE: cannot read '/no/such/file'"));
  EXPECT_THAT(outcome.err, HasSubstr("EMPTY_KEY_FILE"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("OTHER_KEY is required")));
  EXPECT_THAT(outcome.err, Not(HasSubstr("hunter")));
}

TEST_F(SettingsTest, HelpNamesEachSettingAndNoSecret) {
  SetEnvironment("API_KEY", "hunter2");
  Settings settings = Make({"--help", "--no-such-flag"});
  (void)settings.Duration("WAIT", 3s, 0s, 1min, "How long to wait");
  (void)settings.Secret("API_KEY", "The key");
  const Outcome outcome = Finish(settings);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("program: Does things."));
  EXPECT_THAT(outcome.out, HasSubstr("--wait VALUE"));
  EXPECT_THAT(outcome.out, HasSubstr("How long to wait (0s to 1m, default 3s)"));
  EXPECT_THAT(outcome.out, HasSubstr("API_KEY, or API_KEY_FILE"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("hunter2")));
}

TEST_F(SettingsTest, VersionIsOneLine) {
  Settings settings = Make({"--version"});
  const Outcome outcome = Finish(settings);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, ::testing::MatchesRegex("program [0-9.]+\n"));
}

TEST_F(SettingsTest, TlsFilesGoTogether) {
  const std::string file = WriteFile("pem");
  Settings half = Make({"--tls-cert-file", file.c_str()});
  EXPECT_TRUE(ReadCommonSettings(half).tls.enabled());
  EXPECT_THAT(Finish(half).err, HasSubstr("go together"));

  Settings all = Make({"--tls-cert-file", file.c_str(), "--tls-key-file", file.c_str(), "--tls-ca-file", "/no/such/ca"});
  (void)ReadCommonSettings(all);
  EXPECT_THAT(Finish(all).err, HasSubstr("TLS_CA_FILE: cannot read"));

  Settings none = Make();
  const CommonSettings common = ReadCommonSettings(none);
  EXPECT_FALSE(common.tls.enabled());
  EXPECT_EQ(common.log_level, "info");
  EXPECT_EQ(Finish(none).code, std::nullopt);
}

}  // namespace
}  // namespace inkwell::runtime
