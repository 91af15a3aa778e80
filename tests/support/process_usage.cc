#include "tests/support/process_usage.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace inkwell::testing {

ProcessUsage UsageOf(pid_t process) {
  const std::filesystem::path directory = "/proc/" + std::to_string(process);
  ProcessUsage usage;
  std::ifstream status(directory / "status");
  for (std::string name; status >> name;) {
    if (name == "VmRSS:") {
      status >> usage.resident_kib;
    } else if (name == "Threads:") {
      status >> usage.threads;
    }
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  std::error_code gone;
  const std::filesystem::directory_iterator open(directory / "fd", gone);
  usage.descriptors = static_cast<std::size_t>(std::distance(begin(open), end(open)));
  return usage;
}

}  // namespace inkwell::testing
