#pragma once

#include <string>

namespace google::protobuf {
class Timestamp;
}

namespace inkwell::gateway {

// Appends the time as a JSON string, ISO 8601 in UTC and cut to milliseconds: "2026-01-02T03:04:05.678Z".
void AppendTimestamp(std::string& out, const google::protobuf::Timestamp& time);

}  // namespace inkwell::gateway
