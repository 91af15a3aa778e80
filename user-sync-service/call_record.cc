#include "user-sync-service/call_record.h"

#include <optional>

#include "runtime/call_context.h"
#include "runtime/log.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Error;

std::string_view Detail(const Error& error, const char* name) {
  const auto detail = error.metadata.find(name);
  return detail == error.metadata.end() ? std::string_view() : detail->second;
}

}  // namespace

CallRecord::CallRecord(Metrics& metrics, Method method)
    : metrics_(&metrics), method_(method), began_(std::chrono::steady_clock::now()) {}

grpc::Status CallRecord::Succeed() const {
  metrics_->CountCall(method_, std::nullopt, std::chrono::steady_clock::now() - began_);
  return grpc::Status::OK;
}

grpc::Status CallRecord::Fail(const Error& error) const {
  metrics_->CountCall(method_, error.code, std::chrono::steady_clock::now() - began_);
  LogDefect(error);
  return runtime::ToGrpcStatus(ForCaller(error), kErrorDomain);
}

void CallRecord::LogDefect(const Error& error) const {
  if (error.code != runtime::Code::kInternal) return;
  runtime::log::Error("call failed because of a defect", {{"request_id", request_id_},
                                                          {"method", MethodName(method_)},
                                                          {"reason", error.reason},
                                                          {"detail", error.message},
                                                          {"sqlstate", Detail(error, "sqlstate")},
                                                          {"constraint", Detail(error, "constraint")}});
}

Error ForCaller(const Error& error) {
  if (error.code != runtime::Code::kInternal) return error;
  return {error.code, error.reason, "The request failed because of a defect of the service.", {}};
}

}  // namespace inkwell::users
