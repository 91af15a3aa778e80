#pragma once

#include <libpq-fe.h>

#include <memory>
#include <thread>

namespace inkwell::runtime {

// Asks PostgreSQL to cancel statements, one after the other, on a thread of its own. PQcancel has no time-out: it connects, and
// waits until the postmaster has hung up, so a stopped postmaster holds it for as long as it is stopped. Nobody else may wait for
// that, the end of the program neither: the destructor waits for a second, and then leaves the thread to itself.
class CancelThread final {
 public:
  CancelThread();
  ~CancelThread();
  CancelThread(const CancelThread&) = delete;
  CancelThread& operator=(const CancelThread&) = delete;

  // `cancel` is kept until the request was sent.
  void Post(std::shared_ptr<PGcancel> cancel);

 private:
  struct State;

  const std::shared_ptr<State> state_;  // shared with a thread left behind
  std::thread thread_;
};

}  // namespace inkwell::runtime
