#pragma once

#include <memory>
#include <string>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "runtime/settings.h"

namespace grpc {
class Channel;
}

namespace inkwell::runtime {

// A channel to `host:port`, `dns:///name:port` or `unix:/path`. Connects lazily and again for ever: back-off 100 ms to 1 s, so
// that a restarted service is back within a second; round robin over all addresses of a name; keepalive pings find dead peers.
// With `tls` set the connection is mutual TLS; if its files cannot be read (ReadCommonSettings checks them), that is logged and
// every call on the channel fails. Thread-safe. Several channels to one target share nothing (own subchannel pool).
[[nodiscard]] std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target, const TlsFiles& tls);

// Whether the channel is connected, after trying until the deadline. Blocks; not for gRPC's own threads.
[[nodiscard]] bool WaitForReady(grpc::Channel& channel, Deadline deadline);

}  // namespace inkwell::runtime
