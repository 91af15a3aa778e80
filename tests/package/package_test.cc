// What others get of the SDK: the installed package, its headers, and a build of libs/clerk without the rest of Inkwell.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/package/program.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::RunProgram;
using ::testing::StartsWith;

const fs::path kSdk = fs::path(CLERK_SOURCE_DIR);
const fs::path kConsumer = fs::path(CONSUMER_SOURCE_DIR);

Outcome Cmake(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), CMAKE_PROGRAM);
  return RunProgram(std::move(arguments));
}

std::vector<std::string> Configure(const fs::path& source, const fs::path& build) {
  return {"-S",
          source.string(),
          "-B",
          build.string(),
          "-G",
          CMAKE_GENERATOR_NAME,
          std::string("-DCMAKE_CXX_COMPILER=") + CXX_PROGRAM};
}

std::set<std::string> HeadersBelow(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), directory).string());
  }
  return names;
}

class PackageTest : public ::testing::Test {
 protected:
  // Installs the SDK and gives the prefix.
  fs::path Install() const {
    const fs::path prefix = directory_ / "prefix";
    const auto installed = Cmake({"--install", BUILD_DIR, "--component", "clerk", "--prefix", prefix.string()});
    EXPECT_EQ(installed.exit_code, 0) << installed.output;
    return prefix;
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(PackageTest, AProjectOutsideTheTreeVerifiesATokenWithTheInstalledPackage) {
  const fs::path prefix = Install();
  const fs::path build = directory_ / "consumer";
  auto configure = Configure(kConsumer, build);
  configure.push_back("-DCMAKE_PREFIX_PATH=" + prefix.string());
  const auto configured = Cmake(configure);
  ASSERT_EQ(configured.exit_code, 0) << configured.output;
  const auto built = Cmake({"--build", build.string()});
  ASSERT_EQ(built.exit_code, 0) << built.output;

  const auto& signer = testing::TokenSigner::First();
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const auto claims = testing::SessionClaims(now);
  const std::string key = directory_.Write("key.pem", signer.Pem());
  const auto verdict = [&](const std::string& token) {
    return RunProgram({(build / "consumer").string(), key, claims.at("azp").get<std::string>()}, {}, token);
  };
  const auto good = verdict(signer.Sign(claims));
  EXPECT_EQ(good.output, claims.at("sub").get<std::string>() + "\n");
  EXPECT_EQ(good.exit_code, 0);
  const auto forged = verdict(testing::TokenSigner::Second().Sign(claims));
  EXPECT_EQ(forged.output, "token-invalid-signature\n");
  EXPECT_EQ(forged.exit_code, 1);
}

TEST_F(PackageTest, AConsumerThatAsksForAnotherMinorVersionIsRefused) {
  const fs::path prefix = Install();
  const fs::path source = directory_ / "picky";
  fs::create_directory(source);
  std::ofstream(source / "CMakeLists.txt")
      << ("cmake_minimum_required(VERSION 3.25)\nproject(picky LANGUAGES CXX)\nfind_package(clerk 0.999 CONFIG)\n"
          "if(clerk_FOUND)\n  message(FATAL_ERROR \"found\")\nendif()\n");
  auto configure = Configure(source, directory_ / "picky-build");
  configure.push_back("-DCMAKE_PREFIX_PATH=" + prefix.string());
  const auto configured = Cmake(configure);
  EXPECT_EQ(configured.exit_code, 0) << configured.output;
  EXPECT_THAT(configured.output, HasSubstr("clerkConfig.cmake, version:"));
}

TEST_F(PackageTest, InstallsEveryPublicHeader) { EXPECT_EQ(HeadersBelow(Install() / "include"), HeadersBelow(kSdk / "include")); }

TEST_F(PackageTest, InstallsTheProgramThatExplainsTokens) {
  const auto help = RunProgram({(Install() / "bin" / "clerk-explain").string(), "--help"});
  EXPECT_EQ(help.exit_code, 0) << help.output;
  EXPECT_THAT(help.output, StartsWith("Usage: clerk-explain"));
}

TEST_F(PackageTest, PublicHeadersIncludeOnlyTheStandardLibraryAndEachOther) {
  const auto headers = HeadersBelow(kSdk / "include");
  ASSERT_THAT(headers, Contains("clerk/token_verifier.h"));
  for (const auto& header : headers) {
    std::istringstream lines(testing::ReadFile(kSdk / "include" / header));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("#include")) continue;
      const std::string name =
          line.substr(line.find_first_of("<\"") + 1, line.find_last_of(">\"") - line.find_first_of("<\"") - 1);
      // The standard library's headers have neither a directory nor an extension.
      const bool standard = line.find('<') != std::string::npos && name.find_first_of("/.") == std::string::npos;
      EXPECT_TRUE(standard || headers.contains(name)) << header << ": " << line;
    }
  }
}

TEST_F(PackageTest, BuildsWithoutTheRestOfInkwell) {
  const fs::path build = directory_ / "alone";
  const auto configured = Cmake(Configure(kSdk, build));
  ASSERT_EQ(configured.exit_code, 0) << configured.output;
  // Not everything is compiled here, because it would be nothing new: the headers, which all of it includes.
  const auto built = Cmake({"--build", build.string(), "--target", "clerk_verify_interface_header_sets"});
  EXPECT_EQ(built.exit_code, 0) << built.output;
}

}  // namespace
}  // namespace clerk
