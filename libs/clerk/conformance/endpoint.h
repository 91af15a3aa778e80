#pragma once

#include <span>

namespace clerk::conformance {

// clerk-conformance endpoint URL --secret WHSEC [--old-secret WHSEC] [--instance INS] [--allow-remote]: grades a webhook handler
// from outside, whatever it is written in. Returns the exit code: 0 all passed, 1 not, 2 a wrong command line.
[[nodiscard]] int RunEndpoint(std::span<char*> arguments);

}  // namespace clerk::conformance
