#pragma once

namespace inkwell::users {

// The domain of this service's ErrorInfo, and its reasons: the names of error_reason.proto without ERROR_REASON_ (a test holds
// the two together; rules and repositories include no .pb.h).
inline constexpr char kErrorDomain[] = "users.inkwell";

namespace reason {
inline constexpr char kPrincipalRequired[] = "PRINCIPAL_REQUIRED";
inline constexpr char kPrincipalNotAllowed[] = "PRINCIPAL_NOT_ALLOWED";
inline constexpr char kInvalidField[] = "INVALID_FIELD";
inline constexpr char kInvalidPageToken[] = "INVALID_PAGE_TOKEN";
inline constexpr char kUserNotFound[] = "USER_NOT_FOUND";
inline constexpr char kClerkNotConfigured[] = "CLERK_NOT_CONFIGURED";
inline constexpr char kClerkUnavailable[] = "CLERK_UNAVAILABLE";
inline constexpr char kDatabaseUnavailable[] = "DATABASE_UNAVAILABLE";
inline constexpr char kOverloaded[] = "OVERLOADED";
inline constexpr char kCursorInvalid[] = "CURSOR_INVALID";
inline constexpr char kInternal[] = "INTERNAL";
inline constexpr char kDeadlineExceeded[] = "DEADLINE_EXCEEDED";
inline constexpr char kInstanceMismatch[] = "INSTANCE_MISMATCH";
inline constexpr char kClerkRefused[] = "CLERK_REFUSED";
inline constexpr char kSessionNotFound[] = "SESSION_NOT_FOUND";
inline constexpr char kTemplateNotFound[] = "TEMPLATE_NOT_FOUND";
inline constexpr char kBackfillRunning[] = "BACKFILL_RUNNING";
inline constexpr char kTooManyDeletions[] = "TOO_MANY_DELETIONS";
inline constexpr char kUserBanned[] = "USER_BANNED";
inline constexpr char kCancelled[] = "CANCELLED";
}  // namespace reason

}  // namespace inkwell::users
