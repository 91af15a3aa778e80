#include "runtime/shutdown.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

sigset_t ShutdownSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void ExitAtOnce(int) { _exit(1); }

void SetHandler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) log::Warn("cannot raise the limit of open files");
}

}  // namespace

ShutdownSignal::ShutdownSignal() {
  const sigset_t signals = ShutdownSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  SetHandler(SIGPIPE, SIG_IGN);
  RaiseDescriptorLimit();
}

int ShutdownSignal::Wait() {
  const sigset_t signals = ShutdownSignals();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  // From here on this thread takes a second signal, which ends the program although the drain is not over.
  SetHandler(SIGTERM, ExitAtOnce);
  SetHandler(SIGINT, ExitAtOnce);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return signal;
}

}  // namespace inkwell::runtime
