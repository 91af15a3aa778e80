#pragma once

#include <string_view>

#include "runtime/error.h"

// The errors of inkwell.posts.v1, one function for each reason of error_reason.proto that this service decides itself. (Those of
// the database and of the principal come from the runtime under the same names.)
namespace inkwell::posts {

inline constexpr std::string_view kErrorDomain = "posts.inkwell";

[[nodiscard]] runtime::Error InvalidField(std::string_view field, std::string_view sentence);
[[nodiscard]] runtime::Error InvalidPageToken();
[[nodiscard]] runtime::Error PrincipalNotAllowed();
[[nodiscard]] runtime::Error PostNotFound();
[[nodiscard]] runtime::Error UserNotFound();
[[nodiscard]] runtime::Error UserBanned();
[[nodiscard]] runtime::Error EtagMismatch();
[[nodiscard]] runtime::Error PostIdReused();
[[nodiscard]] runtime::Error IdempotencyKeyReused();
[[nodiscard]] runtime::Error UsersUnavailable();
// Of ours alone: user-sync-service has no Clerk to ask, and will not have one before an operator gives it the key.
[[nodiscard]] runtime::Error ClerkNotConfigured();
[[nodiscard]] runtime::Error DatabaseUnavailable();
[[nodiscard]] runtime::Error Overloaded();
[[nodiscard]] runtime::Error DeadlinePassed();
[[nodiscard]] runtime::Error CallCancelled();

// What a caller may see of an error of the database: the reasons of error_reason.proto, no metadata. A constraint that only a
// defect of ours can violate is INTERNAL; a transaction that lost against another may be tried again.
[[nodiscard]] runtime::Error FromDatabase(const runtime::Error& error, std::string_view request_id);

}  // namespace inkwell::posts
