#include "grpc_locks.h"

#include <absl/synchronization/mutex.h>

namespace inkwell::runtime {

void SkipLockGraph() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

}  // namespace inkwell::runtime
