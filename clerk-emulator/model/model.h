#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "clerk-emulator/base/clock.h"

namespace inkwell::emulator {

// The emulator's resources. An empty string stands for Clerk's null throughout: no field of these has an empty value of its own.

// unverified, verified, failed (too many wrong codes), expired; transferable: a provider knows who it is, and a sign-in has to
// become a sign-up or the other way round.
enum class VerificationStatus : std::uint8_t { kUnverified, kVerified, kFailed, kExpired, kTransferable };

// The proof that somebody is whom they say: a code sent by e-mail, a password, or a provider such as Google.
struct Verification {
  std::string strategy;  // email_code, password, oauth_…; empty: not begun
  VerificationStatus status = VerificationStatus::kUnverified;
  int attempts = 0;
  UnixMillis expire_at;
  std::string error_code;  // of a provider's answer: external_account_not_found, external_account_exists

  // Of a provider only: the secret in the way there and back, where it begins, and where the browser goes afterwards.
  std::string state;
  std::string provider_url;
  std::string redirect_url;
  std::string action_complete_redirect_url;
};

// An e-mail address or a phone number of a user.
struct Identification {
  std::string id;  // idn_…
  std::string value;
  std::string strategy;  // how it was verified: admin, email_code, phone_code, or a provider's
  UnixMillis created_at;
  UnixMillis updated_at;
  bool verified = true;
  Verification verification{};  // under way, while not verified
};

// Who a provider says that somebody is.
struct ExternalIdentity {
  std::string strategy;          // oauth_…; empty: nobody
  std::string provider_user_id;  // stable at the provider
  std::string email_address;
  std::string first_name;
  std::string last_name;
};

struct ExternalAccount {
  std::string id;                 // eac_…
  std::string identification_id;  // idn_…
  ExternalIdentity identity;
  UnixMillis created_at;
  UnixMillis updated_at;
};

struct User {
  std::string id;
  std::string external_id;
  std::string username;
  std::string first_name;
  std::string last_name;
  std::string locale;
  std::vector<Identification> email_addresses;
  std::vector<Identification> phone_numbers;
  std::vector<ExternalAccount> external_accounts;
  std::string primary_email_address_id;
  std::string primary_phone_number_id;
  std::string public_metadata = "{}";  // JSON text of an object, as the next two
  std::string private_metadata = "{}";
  std::string unsafe_metadata = "{}";
  std::string password_hash;  // of accounts/passwords.h; empty: no password
  UnixMillis password_updated_at;
  std::string image_url;  // uploaded; empty: a generated one
  bool banned = false;
  bool locked = false;
  UnixMillis last_sign_in_at;
  UnixMillis last_active_at;
  UnixMillis created_at;
  UnixMillis updated_at;  // the version: grows with every change that a webhook announces
};

// How a session ended: revoked by an administrator or from another device, ended or removed by its own browser, replaced by the
// next sign-in of a browser that may have one session only.
enum class SessionStatus : std::uint8_t { kActive, kRevoked, kEnded, kRemoved, kReplaced };

struct Session {
  std::string id;
  std::string client_id;
  std::string user_id;
  SessionStatus status = SessionStatus::kActive;
  UnixMillis last_active_at;
  UnixMillis expire_at;
  UnixMillis abandon_at;
  UnixMillis created_at;
  UnixMillis updated_at;
  std::string active_organization_id;
  std::string client_address;  // of the browser that began it, as the next
  std::string user_agent;

  [[nodiscard]] bool IsLive(UnixMillis now) const { return status == SessionStatus::kActive && now < expire_at; }
};

// A sign-up that is not complete: what was said so far.
struct SignUp {
  std::string id;  // sua_…
  std::string email_address;
  std::string password_hash;
  std::string first_name;
  std::string last_name;
  std::string unsafe_metadata = "{}";
  Verification email_verification;
  Verification external_verification;
  ExternalIdentity external;
  std::string created_session_id;
  std::string created_user_id;
  UnixMillis abandon_at;
};

enum class SignInStatus : std::uint8_t { kNeedsIdentifier, kNeedsFirstFactor, kNeedsNewPassword, kComplete };

// A sign-in that is not complete.
struct SignIn {
  std::string id;  // sia_…
  SignInStatus status = SignInStatus::kNeedsIdentifier;
  std::string identifier;  // as it was given
  std::string user_id;
  Verification first_factor;
  ExternalIdentity external;
  std::string created_session_id;
  UnixMillis abandon_at;
};

// A browser: known by its __client cookie.
struct Client {
  std::string id;           // client_…
  std::string secret_hash;  // of the cookie's secret part, SHA-256 in base64url
  std::vector<std::string> session_ids;
  std::string last_active_session_id;
  std::string last_authentication_strategy;
  std::optional<SignUp> sign_up;
  std::optional<SignIn> sign_in;
  UnixMillis created_at;
  UnixMillis updated_at;
};

struct Membership {
  std::string id;  // orgmem_…
  std::string user_id;
  std::string role;                    // org:admin, org:member
  std::string public_metadata = "{}";  // JSON text of an object, as the next one
  std::string private_metadata = "{}";
  UnixMillis created_at;
  UnixMillis updated_at;
};

// An invitation to an organization by e-mail. Nobody is sent anything, and nobody can accept it.
struct Invitation {
  std::string id;  // orginv_…
  std::string email_address;
  std::string role;
  std::string inviter_id;  // empty: the backend
  bool revoked = false;
  std::string public_metadata = "{}";  // JSON text of an object, as the next one
  std::string private_metadata = "{}";
  UnixMillis expires_at;
  UnixMillis created_at;
  UnixMillis updated_at;
};

struct Organization {
  std::string id;  // org_…
  std::string name;
  std::string slug;
  std::string created_by;
  std::string public_metadata = "{}";  // JSON text of an object, as the next one
  std::string private_metadata = "{}";
  std::int64_t max_allowed_memberships = 5;  // 0: any number
  bool admin_delete_enabled = true;
  std::vector<Membership> memberships;
  std::vector<Invitation> invitations;
  UnixMillis created_at;
  UnixMillis updated_at;
};

// What tokens of the name are made of.
struct JwtTemplate {
  std::string id;  // jtmp_…
  std::string name;
  std::string claims = "{}";            // JSON text of an object, with shortcodes such as {{user.id}}
  std::int64_t lifetime = 60;           // seconds
  std::int64_t allowed_clock_skew = 5;  // seconds by which `nbf` lies before `iat`
  UnixMillis created_at;
  UnixMillis updated_at;
};

enum class MessageState : std::uint8_t { kPending, kDelivered, kFailed };

struct DeliveryAttempt {
  UnixMillis at;
  int status = 0;     // HTTP status; 0: none came
  std::string error;  // why none came
};

// How far the delivery of a webhook message has come.
struct MessageProgress {
  std::uint64_t sequence = 0;  // of the message
  MessageState state = MessageState::kPending;
  int attempts = 0;        // all of them, also before a replay
  int schedule_step = 0;   // how many pauses of the retry schedule are used up
  int last_status = 0;     // HTTP status of the last attempt; 0: none came
  std::string last_error;  // why none came
  UnixMillis next_attempt_at;
  std::vector<DeliveryAttempt> history;  // the newest of them, oldest first
};

// How the endpoint of the webhooks has fared since its last success.
struct EndpointHealth {
  UnixMillis failing_since;  // zero: it does not fail
  UnixMillis disabled_at;    // zero: it is not disabled
};

struct WebhookMessage {
  std::uint64_t sequence = 0;  // the order in which events happened; the key of State::messages
  std::string id;              // msg_…, sent as svix-id with every attempt
  std::string type;
  std::string object_id;  // of the user or session that the event is about
  std::string body;
  UnixMillis created_at;
  MessageProgress progress;
};

struct State {
  std::map<std::string, User, std::less<>> users;
  std::map<std::string, Session, std::less<>> sessions;
  std::map<std::string, Client, std::less<>> clients;
  std::map<std::string, Organization, std::less<>> organizations;
  std::map<std::string, JwtTemplate, std::less<>> jwt_templates;
  std::map<std::uint64_t, WebhookMessage> messages;
  std::uint64_t last_sequence = 0;
  EndpointHealth endpoint;
};

struct UserErased {
  std::string id;
};
struct SessionErased {
  std::string id;
};
struct ClientErased {
  std::string id;
};
struct OrganizationErased {
  std::string id;
};
struct JwtTemplateErased {
  std::string id;
};
struct MessageErased {
  std::uint64_t sequence = 0;
};

// One step from a state to the next. Values replace what has the same key.
using Change = std::variant<User, Session, Client, Organization, JwtTemplate, WebhookMessage, MessageProgress, EndpointHealth,
                            UserErased, SessionErased, ClientErased, OrganizationErased, JwtTemplateErased, MessageErased>;
using Changes = std::vector<Change>;

void Apply(Change change, State& state);

// Adds what makes `from` hold what `to` holds, and nothing else.
void AddReplacement(const State& from, const State& to, Changes& changes);
// Adds all that the state holds.
void AddAll(const State& state, Changes& changes);

[[nodiscard]] std::string_view ToString(SessionStatus status);
[[nodiscard]] std::string_view ToString(MessageState state);
[[nodiscard]] std::string_view ToString(VerificationStatus status);
[[nodiscard]] std::string_view ToString(SignInStatus status);

// pending, revoked or expired.
[[nodiscard]] std::string_view StatusOf(const Invitation& invitation, UnixMillis now);

// The address of the primary e-mail, resolved through its id (contract 8.2); empty if there is none.
[[nodiscard]] std::string PrimaryEmail(const User& user);

}  // namespace inkwell::emulator
