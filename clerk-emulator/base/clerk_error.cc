#include "clerk-emulator/base/clerk_error.h"

#include <nlohmann/json.hpp>

#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

std::string Text(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string text(a);
  text += b;
  text += c;
  return text;
}

}  // namespace

ClerkError ResourceNotFound(std::string_view what) { return {404, "resource_not_found", "not found", std::string(what), {}}; }

ClerkError AuthenticationInvalid(std::string_view what) {
  return {401, "authentication_invalid", "Invalid authentication", std::string(what), {}};
}

ClerkError ClerkKeyInvalid() {
  return {401,
          "clerk_key_invalid",
          "The provided Clerk Secret Key is invalid.",
          "The Bearer key is not this emulator's: compare CLERK_SECRET_KEY with EMULATOR_SECRET_KEY.",
          {}};
}

ClerkError RequestBodyInvalid(std::string_view what) {
  return {400, "request_body_invalid", "Request body invalid", std::string(what), {}};
}

ClerkError OriginInvalid() {
  return {400,
          "origin_invalid",
          "Invalid HTTP Origin header",
          "This page's origin is not one of EMULATOR_ALLOWED_ORIGINS, nor that of the proxy in front.",
          {}};
}

ClerkError UserBanned() { return {403, "user_banned", "This user is banned", "A banned user cannot sign in.", {}}; }

ClerkError ParamMissing(std::string_view param) {
  return {422, "form_param_missing", "is missing", Text(param, " must be included."), std::string(param)};
}

ClerkError ParamUnknown(std::string_view param) {
  return {422, "form_param_unknown", "is unknown", Text(param, " is not a valid parameter for this request."),
          std::string(param)};
}

ClerkError ParamFormatInvalid(std::string_view param, std::string_view must) {
  return {422, "form_param_format_invalid", "is invalid", Text(param, " must be ", must) + ".", std::string(param)};
}

ClerkError ParamValueInvalid(std::string_view param, std::string_view must) {
  return {422, "form_param_value_invalid", "is invalid", Text(param, " must be ", must) + ".", std::string(param)};
}

ClerkError IdentifierExists(std::string_view param) {
  return {422, "form_identifier_exists", Text("That ", param, " is taken. Please try another."),
          Text("That ", param, " is taken. Please try another."), std::string(param)};
}

ClerkError IdentifierNotFound(std::string_view param) {
  return {422, "form_identifier_not_found", "Couldn't find your account.", "Couldn't find your account.", std::string(param)};
}

ClerkError PasswordIncorrect(std::string_view param) {
  return {422, "form_password_incorrect", "Password is incorrect. Try again, or use another method.",
          "Password is incorrect. Try again, or use another method.", std::string(param)};
}

ClerkError PasswordTooShort(std::string_view param, std::size_t min_length) {
  const auto text = "Passwords must be " + std::to_string(min_length) + " characters or more.";
  return {422, "form_password_length_too_short", text, text, std::string(param)};
}

ClerkError PasswordTooLong(std::string_view param, std::size_t max_length) {
  const auto text = "Passwords must be " + std::to_string(max_length) + " bytes or less.";
  return {422, "form_password_length_too_long", text, text, std::string(param)};
}

ClerkError CodeIncorrect() { return {422, "form_code_incorrect", "is incorrect", "Incorrect code", "code"}; }

ClerkError StrategyInvalid(std::string_view strategy) {
  return {400,
          "strategy_for_user_invalid",
          "Invalid verification strategy",
          Text(strategy, " is not a verification strategy of this account."),
          {}};
}

ClerkError VerificationMissing() {
  return {400, "verification_missing", "Verification missing", "No verification is under way: prepare one first.", {}};
}

ClerkError VerificationExpired() {
  return {400, "verification_expired", "Expired", "This verification has expired. You must create a new one.", {}};
}

ClerkError VerificationFailed() {
  return {400,
          "verification_failed",
          "Too many failed attempts",
          "Too many failed attempts. You have to try again with the same or another method.",
          {}};
}

ClerkError LastIdentification(std::string_view what) {
  return {400,
          "last_required_identification_deletion_failed",
          "Deleting the last identification is not allowed",
          Text("You are required to keep at least one ", what, "."),
          {}};
}

ClerkError AlreadyMember() {
  return {400, "already_a_member_in_organization", "Already a member", "The user is already a member of the organization.", {}};
}

ClerkError TooManyMembers() {
  return {403,
          "organization_membership_quota_exceeded",
          "Organization membership quota exceeded",
          "The organization has as many members as it may have.",
          {}};
}

ClerkError DuplicateInvitation() {
  return {400, "duplicate_record", "Duplicate invitation", "There is a pending invitation to this address already.", {}};
}

ClerkError InvitationNotPending() {
  return {400, "organization_invitation_not_pending", "Invitation not pending", "The invitation is not pending any more.", {}};
}

ClerkError LastAdministrator() {
  return {400,
          "organization_minimum_permissions_needed",
          "There has to be at least one administrator",
          "There has to be at least one administrator in the organization.",
          {}};
}

ClerkError InsufficientPrivileges() {
  return {
      403, "insufficient_privileges", "Insufficient privileges", "Only an administrator of the organization may do this.", {}};
}

ClerkError UserLocked() {
  return {403, "user_locked", "Account locked", "Your account is locked. Please contact support for more information.", {}};
}

ClerkError SessionExists() {
  return {400,
          "session_exists",
          "Session already exists",
          "You're currently in single session mode. You can only be signed into one account at a time.",
          {}};
}

ClerkError AlreadySignedIn(const std::string& session_id) {
  return {400, "identifier_already_signed_in", "You're already signed in", "This account is already signed in.", {}, session_id};
}

ClerkError InternalError() {
  return {500, "internal_clerk_error", "Oops, an unexpected error occurred", "The emulator could not do this: see its log.", {}};
}

std::string ToJson(const ClerkError& error) {
  nlohmann::json item = {{"code", error.code}, {"message", error.message}, {"long_message", error.long_message}};
  item["meta"] = error.param_name.empty() ? nlohmann::json::object() : nlohmann::json{{"param_name", error.param_name}};
  if (!error.session_id.empty()) item["meta"]["session_id"] = error.session_id;
  const nlohmann::json body = {{"errors", nlohmann::json::array({item})}, {"clerk_trace_id", RandomBase62(32)}};
  // Replaced, not thrown: a message may quote a path that is not UTF-8.
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace inkwell::emulator
