#include "sqlstate.h"

#include <algorithm>
#include <array>

namespace inkwell::runtime {
namespace {

struct Meaning {
  std::string_view prefix;  // a whole SQLSTATE or its class
  Code code;
  const char* reason;
  const char* message;
};

constexpr const char* kUnavailable = "DATABASE_UNAVAILABLE";
constexpr const char* kUnavailableMessage = "The database is not available.";
constexpr const char* kLate = "DEADLINE_EXCEEDED";
constexpr const char* kLateMessage = "The database did not answer in time.";

// The first match counts: states before classes.
constexpr std::array kMeanings{
    Meaning{"57014", Code::kDeadlineExceeded, kLate, kLateMessage},
    Meaning{"55P03", Code::kDeadlineExceeded, kLate, kLateMessage},
    Meaning{"25P03", Code::kDeadlineExceeded, kLate, kLateMessage},
    Meaning{"40001", Code::kAborted, "SERIALIZATION_FAILURE", "The transaction met another one; it can be run again."},
    Meaning{"40P01", Code::kAborted, "SERIALIZATION_FAILURE", "The transaction met another one; it can be run again."},
    Meaning{"23503", Code::kFailedPrecondition, "FOREIGN_KEY_VIOLATION", "A row that is referred to does not exist."},
    Meaning{"23505", Code::kAlreadyExists, "UNIQUE_VIOLATION", "Such a row exists already."},
    Meaning{"23514", Code::kInvalidArgument, "CHECK_VIOLATION", "A value is not allowed."},
    Meaning{"23502", Code::kInvalidArgument, "CHECK_VIOLATION", "A value is missing."},
    Meaning{"22", Code::kInvalidArgument, "INVALID_TEXT", "A value cannot be stored."},
    Meaning{"08", Code::kUnavailable, kUnavailable, kUnavailableMessage},
    Meaning{"53", Code::kUnavailable, kUnavailable, kUnavailableMessage},
    Meaning{"57P", Code::kUnavailable, kUnavailable, kUnavailableMessage},
    Meaning{"58", Code::kUnavailable, kUnavailable, kUnavailableMessage},
    Meaning{"25006", Code::kUnavailable, kUnavailable, kUnavailableMessage},
};

bool IsBlank(std::string_view sqlstate) { return sqlstate.find_first_not_of(' ') == std::string_view::npos; }

}  // namespace

Error ErrorFromSqlState(std::string_view sqlstate, std::string constraint) {
  if (IsBlank(sqlstate)) return {Code::kUnavailable, kUnavailable, kUnavailableMessage, {}};
  Error error{Code::kInternal, "INTERNAL", "The database refused the statement.", {{"sqlstate", std::string(sqlstate)}}};
  const auto* meaning = std::find_if(kMeanings.begin(), kMeanings.end(),
                                     [sqlstate](const Meaning& candidate) { return sqlstate.starts_with(candidate.prefix); });
  if (meaning != kMeanings.end()) {
    error.code = meaning->code;
    error.reason = meaning->reason;
    error.message = meaning->message;
  }
  if (!constraint.empty()) error.metadata.emplace("constraint", std::move(constraint));
  return error;
}

bool EndsConnection(std::string_view sqlstate) {
  // 25006: the server is a standby now. 0A000: "cached plan must not change result type", after a migration. 26000: a pooler in
  // between gave us another session.
  return IsBlank(sqlstate) || sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate == "25P03" ||
         sqlstate == "25006" || sqlstate == "0A000" || sqlstate == "26000";
}

}  // namespace inkwell::runtime
