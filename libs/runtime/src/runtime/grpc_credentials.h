#pragma once

#include <memory>

#include "runtime/error.h"
#include "runtime/settings.h"

namespace grpc {
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace inkwell::runtime {

// Plain text without `tls`; with it mutual TLS: both sides present a certificate of the same authority. Fails with
// FAILED_PRECONDITION / TLS_FILE_UNREADABLE. Read at call time: a renewed certificate needs a restart.
[[nodiscard]] Result<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TlsFiles& tls);
[[nodiscard]] Result<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(const TlsFiles& tls);

}  // namespace inkwell::runtime
