#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace inkwell::emulator {

// What Clerk answers instead of a resource (contract 9.3): the HTTP status and the one member of `errors`.
struct ClerkError {
  int status = 500;
  std::string code;
  std::string message;
  std::string long_message;
  std::string param_name;    // goes to meta.param_name unless empty
  std::string session_id{};  // goes to meta.session_id unless empty
};

// Every function that returns one is declared [[nodiscard]]: tl::expected is not.
template <typename T>
using ClerkResult = tl::expected<T, ClerkError>;

// 404 resource_not_found. `what` is a sentence such as "No user was found with id user_1."
[[nodiscard]] ClerkError ResourceNotFound(std::string_view what);
// 401: no usable credentials, or a session that is not active any more.
[[nodiscard]] ClerkError AuthenticationInvalid(std::string_view what);
// 401: a Bearer key that is not this instance's.
[[nodiscard]] ClerkError ClerkKeyInvalid();
// 400: the body is not a JSON object.
[[nodiscard]] ClerkError RequestBodyInvalid(std::string_view what);
// 400: a browser page that is not allowed to change anything here.
[[nodiscard]] ClerkError OriginInvalid();
// 403: the user may not sign in.
[[nodiscard]] ClerkError UserBanned();
[[nodiscard]] ClerkError UserLocked();
// 422, all of them with meta.param_name.
[[nodiscard]] ClerkError ParamMissing(std::string_view param);
[[nodiscard]] ClerkError ParamUnknown(std::string_view param);
[[nodiscard]] ClerkError ParamFormatInvalid(std::string_view param, std::string_view must);
[[nodiscard]] ClerkError ParamValueInvalid(std::string_view param, std::string_view must);
[[nodiscard]] ClerkError IdentifierExists(std::string_view param);
[[nodiscard]] ClerkError IdentifierNotFound(std::string_view param);
[[nodiscard]] ClerkError PasswordIncorrect(std::string_view param);
[[nodiscard]] ClerkError PasswordTooShort(std::string_view param, std::size_t min_length);
[[nodiscard]] ClerkError PasswordTooLong(std::string_view param, std::size_t max_length);
[[nodiscard]] ClerkError CodeIncorrect();
// 400: a strategy that this user, or this instance, does not have.
[[nodiscard]] ClerkError StrategyInvalid(std::string_view strategy);
// 400: what the code was for has to begin again.
[[nodiscard]] ClerkError VerificationMissing();
[[nodiscard]] ClerkError VerificationExpired();
[[nodiscard]] ClerkError VerificationFailed();
// 400: `what` (such as "email address") may not be removed, since it is the only one.
[[nodiscard]] ClerkError LastIdentification(std::string_view what);
// 400: an organization has at least one administrator.
[[nodiscard]] ClerkError LastAdministrator();
// 400: the user is a member already.
[[nodiscard]] ClerkError AlreadyMember();
// 403: the organization has as many members as it may.
[[nodiscard]] ClerkError TooManyMembers();
// 400: an invitation to the same address is pending.
[[nodiscard]] ClerkError DuplicateInvitation();
// 400: revoked already, or expired.
[[nodiscard]] ClerkError InvitationNotPending();
// 403: what only an administrator of the organization may do.
[[nodiscard]] ClerkError InsufficientPrivileges();
// 400: in single session mode, somebody is signed in already.
[[nodiscard]] ClerkError SessionExists();
// 400: this very user is signed in already, by that session.
[[nodiscard]] ClerkError AlreadySignedIn(const std::string& session_id);
// 500: the emulator's own fault, such as a disk that is full.
[[nodiscard]] ClerkError InternalError();

// The body: {errors:[…], clerk_trace_id}.
[[nodiscard]] std::string ToJson(const ClerkError& error);

}  // namespace inkwell::emulator
