#include "runtime/call_context.h"

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

constexpr char kPrincipalKey[] = "inkwell-principal";
constexpr char kRequestIdKey[] = "x-request-id";
constexpr std::size_t kMaxPrincipalId = 128;
constexpr std::size_t kMaxRequestId = 64;
// gRPC sends details in a trailer, and its peers take 8 KiB of metadata together.
constexpr std::size_t kMaxDetailBytes = 256;

constexpr std::array<std::pair<std::string_view, Principal::Kind>, 3> kPrefixes{
    {{"user:", Principal::Kind::kUser}, {"service:", Principal::Kind::kService}, {"operator:", Principal::Kind::kOperator}}};

bool IsToken(std::string_view text, std::string_view punctuation, std::size_t max_size) {
  return !text.empty() && text.size() <= max_size && std::all_of(text.begin(), text.end(), [punctuation](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

bool IsPrincipalId(std::string_view text) { return IsToken(text, "_.-", kMaxPrincipalId); }
bool IsRequestId(std::string_view text) { return IsToken(text, "._-", kMaxRequestId); }

std::string MakeRequestId() {
  constexpr char kHex[] = "0123456789abcdef";
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string id;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random();
    for (int i = 0; i < 16; ++i, bits >>= 4) id += kHex[bits & 0xF];
  }
  return id;
}

std::string_view MetadataValue(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string_view() : std::string_view(found->second.data(), found->second.length());
}

// gRPC gives its deadline on the wall clock, and "none" as a time in the far future; clamping the rest keeps both safe.
Deadline ReadDeadline(const grpc::ServerContextBase& context, std::chrono::milliseconds max_timeout) {
  const auto left = context.deadline() - std::chrono::system_clock::now();
  const auto now = std::chrono::steady_clock::now();
  return left < max_timeout ? now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(left) : now + max_timeout;
}

grpc::StatusCode ToGrpcCode(Code code) {
  switch (code) {
    case Code::kCancelled:
      return grpc::StatusCode::CANCELLED;
    case Code::kUnknown:
      return grpc::StatusCode::UNKNOWN;
    case Code::kInvalidArgument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case Code::kDeadlineExceeded:
      return grpc::StatusCode::DEADLINE_EXCEEDED;
    case Code::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case Code::kAlreadyExists:
      return grpc::StatusCode::ALREADY_EXISTS;
    case Code::kPermissionDenied:
      return grpc::StatusCode::PERMISSION_DENIED;
    case Code::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case Code::kFailedPrecondition:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case Code::kAborted:
      return grpc::StatusCode::ABORTED;
    case Code::kOutOfRange:
      return grpc::StatusCode::OUT_OF_RANGE;
    case Code::kUnimplemented:
      return grpc::StatusCode::UNIMPLEMENTED;
    case Code::kInternal:
      return grpc::StatusCode::INTERNAL;
    case Code::kUnavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case Code::kDataLoss:
      return grpc::StatusCode::DATA_LOSS;
    case Code::kUnauthenticated:
      return grpc::StatusCode::UNAUTHENTICATED;
  }
  return grpc::StatusCode::UNKNOWN;
}

Code FromGrpcCode(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::CANCELLED:
      return Code::kCancelled;
    case grpc::StatusCode::INVALID_ARGUMENT:
      return Code::kInvalidArgument;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return Code::kDeadlineExceeded;
    case grpc::StatusCode::NOT_FOUND:
      return Code::kNotFound;
    case grpc::StatusCode::ALREADY_EXISTS:
      return Code::kAlreadyExists;
    case grpc::StatusCode::PERMISSION_DENIED:
      return Code::kPermissionDenied;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return Code::kResourceExhausted;
    case grpc::StatusCode::FAILED_PRECONDITION:
      return Code::kFailedPrecondition;
    case grpc::StatusCode::ABORTED:
      return Code::kAborted;
    case grpc::StatusCode::OUT_OF_RANGE:
      return Code::kOutOfRange;
    case grpc::StatusCode::UNIMPLEMENTED:
      return Code::kUnimplemented;
    case grpc::StatusCode::INTERNAL:
      return Code::kInternal;
    case grpc::StatusCode::UNAVAILABLE:
      return Code::kUnavailable;
    case grpc::StatusCode::DATA_LOSS:
      return Code::kDataLoss;
    case grpc::StatusCode::UNAUTHENTICATED:
      return Code::kUnauthenticated;
    case grpc::StatusCode::OK:  // not an error: a caller's mistake, which must not look like a success
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DO_NOT_USE:
      return Code::kUnknown;
  }
  return Code::kUnknown;  // a number that no version of gRPC names, from a foreign peer
}

}  // namespace

Result<Principal> ParsePrincipal(std::string_view text) {
  for (const auto& [prefix, kind] : kPrefixes) {
    if (text.starts_with(prefix) && IsPrincipalId(text.substr(prefix.size()))) {
      return Principal{kind, std::string(text.substr(prefix.size()))};
    }
  }
  return Fail(Code::kUnauthenticated, "PRINCIPAL_REQUIRED",
              "The metadata inkwell-principal must be user:<id>, service:<name> or operator:<name>.");
}

std::string ToString(const Principal& principal) {
  for (const auto& [prefix, kind] : kPrefixes) {
    if (kind == principal.kind) return std::string(prefix) + principal.id;
  }
  return {};
}

Result<CallContext> ReadCallContext(const grpc::ServerContextBase& server_context, std::chrono::milliseconds max_timeout) {
  Result<Principal> principal = ParsePrincipal(MetadataValue(server_context, kPrincipalKey));
  if (!principal) return tl::unexpected<Error>(std::move(principal).error());
  const std::string_view request_id = MetadataValue(server_context, kRequestIdKey);
  return CallContext{*std::move(principal), IsRequestId(request_id) ? std::string(request_id) : MakeRequestId(),
                     ReadDeadline(server_context, max_timeout)};
}

void WriteCallContext(const CallContext& context, grpc::ClientContext& client_context) {
  const auto left = context.deadline - std::chrono::steady_clock::now();
  client_context.set_deadline(std::chrono::system_clock::now() +
                              std::chrono::duration_cast<std::chrono::system_clock::duration>(left));
  // Checked here too, because gRPC 1.51 aborts the process for a bad byte; the server then answers PRINCIPAL_REQUIRED.
  if (IsPrincipalId(context.principal.id)) client_context.AddMetadata(kPrincipalKey, ToString(context.principal));
  if (IsRequestId(context.request_id)) client_context.AddMetadata(kRequestIdKey, context.request_id);
}

google::rpc::Status ToRpcStatus(const Error& error, std::string_view domain) {
  google::rpc::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_domain(std::string(domain));
  for (const auto& [key, value] : error.metadata) (*info.mutable_metadata())[key] = value.substr(0, kMaxDetailBytes);
  google::rpc::Status status;
  status.set_code(static_cast<int>(ToGrpcCode(error.code)));
  status.set_message(error.message);
  status.add_details()->PackFrom(info);
  return status;
}

Error FromRpcStatus(const google::rpc::Status& status) {
  const bool is_code = status.code() >= 0 && status.code() <= static_cast<int>(grpc::StatusCode::UNAUTHENTICATED);
  Error error{is_code ? FromGrpcCode(static_cast<grpc::StatusCode>(status.code())) : Code::kUnknown, "", status.message(), {}};
  google::rpc::ErrorInfo info;
  for (const auto& detail : status.details()) {
    if (!detail.UnpackTo(&info)) continue;
    error.reason = info.reason();
    for (const auto& [key, value] : info.metadata()) error.metadata.emplace(key, value);
    break;
  }
  if (error.reason.empty()) {
    log::Debug("call failed", {{"code", CodeName(error.code)}, {"grpc_message", status.message()}});
    error.reason = CodeName(error.code);
    error.message = error.code == Code::kUnavailable        ? "The service cannot be reached."
                    : error.code == Code::kDeadlineExceeded ? "The service did not answer in time."
                                                            : "The call failed.";
  }
  return error;
}

grpc::Status ToGrpcStatus(const Error& error, std::string_view domain) {
  return {ToGrpcCode(error.code), error.message, ToRpcStatus(error, domain).SerializeAsString()};
}

Error FromGrpcStatus(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  details.set_code(static_cast<int>(status.error_code()));  // gRPC's own, whatever the details say
  details.set_message(status.error_message());
  return FromRpcStatus(details);
}

}  // namespace inkwell::runtime
