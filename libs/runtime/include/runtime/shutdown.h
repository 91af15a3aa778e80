#pragma once

namespace inkwell::runtime {

// Lets main wait for SIGTERM or SIGINT. Construct it in main before any other thread exists: it blocks both signals, so that
// every thread inherits that and only Wait receives them. Ignores SIGPIPE. Also raises RLIMIT_NOFILE to its hard limit: running
// out of descriptors would stop gRPC 1.51 from ever accepting again (CVE-2023-4785).
class ShutdownSignal final {
 public:
  ShutdownSignal();
  ShutdownSignal(const ShutdownSignal&) = delete;
  ShutdownSignal& operator=(const ShutdownSignal&) = delete;

  // Returns the signal's number. A second signal while the program shuts down ends it at once with exit code 1.
  int Wait();
};

}  // namespace inkwell::runtime
