#include "process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace inkwell::runtime {
namespace {

prometheus::MetricFamily Single(const char* name, const char* help, prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  family.metric.push_back(std::move(metric));
  return family;
}

double Seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

// proc(5): the second number of statm is the resident set, in pages.
double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  long long total = 0;
  long long resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double EntriesOf(const char* directory) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(directory, error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

double MaxDescriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

ProcessMetrics::ProcessMetrics()
    : start_time_seconds_(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count()) {}

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  using prometheus::MetricType;
  return {
      Single("process_cpu_seconds_total", "User and system CPU time spent.", MetricType::Counter, CpuSeconds()),
      Single("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge, ResidentBytes()),
      Single("process_open_fds", "Open file descriptors.", MetricType::Gauge, EntriesOf("/proc/self/fd")),
      Single("process_max_fds", "Limit of open file descriptors.", MetricType::Gauge, MaxDescriptors()),
      Single("process_threads", "Threads.", MetricType::Gauge, EntriesOf("/proc/self/task")),
      Single("process_start_time_seconds", "When the process started, in seconds since 1970.", MetricType::Gauge,
             start_time_seconds_),
  };
}

}  // namespace inkwell::runtime
