#pragma once

namespace inkwell::runtime {

// Debian builds Abseil without NDEBUG, so that each of gRPC's mutexes enters every acquisition into one graph for the whole
// process, in search of cycles: a tool for those who develop gRPC, at about 5 % of the CPU time of a call. Turns the search off;
// before the first channel or server is made. Thread-safe.
void SkipLockGraph();

}  // namespace inkwell::runtime
