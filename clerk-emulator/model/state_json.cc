#include "clerk-emulator/model/state_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace inkwell::emulator {

using nlohmann::json;

// Found by nlohmann through argument-dependent lookup, which is why they are not in an anonymous namespace.
static void to_json(json& out, const UnixMillis& moment) { out = moment.value; }
static void from_json(const json& in, UnixMillis& moment) { in.get_to(moment.value); }

template <typename T>
static void PutOptional(json& out, const char* name, const std::optional<T>& value) {
  if (value) out[name] = *value;
}

template <typename T>
static void GetOptional(const json& in, const char* name, std::optional<T>& value) {
  if (in.contains(name)) value = in.at(name).get<T>();
}

NLOHMANN_JSON_SERIALIZE_ENUM(SessionStatus, {{SessionStatus::kActive, "active"},
                                             {SessionStatus::kRevoked, "revoked"},
                                             {SessionStatus::kEnded, "ended"},
                                             {SessionStatus::kRemoved, "removed"},
                                             {SessionStatus::kReplaced, "replaced"}})
NLOHMANN_JSON_SERIALIZE_ENUM(VerificationStatus, {{VerificationStatus::kUnverified, "unverified"},
                                                  {VerificationStatus::kVerified, "verified"},
                                                  {VerificationStatus::kFailed, "failed"},
                                                  {VerificationStatus::kExpired, "expired"},
                                                  {VerificationStatus::kTransferable, "transferable"}})
NLOHMANN_JSON_SERIALIZE_ENUM(SignInStatus, {{SignInStatus::kNeedsIdentifier, "needs_identifier"},
                                            {SignInStatus::kNeedsFirstFactor, "needs_first_factor"},
                                            {SignInStatus::kNeedsNewPassword, "needs_new_password"},
                                            {SignInStatus::kComplete, "complete"}})
NLOHMANN_JSON_SERIALIZE_ENUM(MessageState, {{MessageState::kPending, "pending"},
                                            {MessageState::kDelivered, "delivered"},
                                            {MessageState::kFailed, "failed"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Verification, strategy, status, attempts, expire_at, error_code, state,
                                                provider_url, redirect_url, action_complete_redirect_url)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Identification, id, value, strategy, created_at, updated_at, verified,
                                                verification)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ExternalIdentity, strategy, provider_user_id, email_address, first_name,
                                                last_name)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ExternalAccount, id, identification_id, identity, created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(User, id, external_id, username, first_name, last_name, locale, email_addresses,
                                                phone_numbers, external_accounts, primary_email_address_id,
                                                primary_phone_number_id, public_metadata, private_metadata, unsafe_metadata,
                                                password_hash, password_updated_at, image_url, banned, locked, last_sign_in_at,
                                                last_active_at, created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Session, id, client_id, user_id, status, last_active_at, expire_at, abandon_at,
                                                created_at, updated_at, active_organization_id, client_address, user_agent)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SignUp, id, email_address, password_hash, first_name, last_name, unsafe_metadata,
                                                email_verification, external_verification, external, created_session_id,
                                                created_user_id, abandon_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SignIn, id, status, identifier, user_id, first_factor, external,
                                                created_session_id, abandon_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Membership, id, user_id, role, public_metadata, private_metadata, created_at,
                                                updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Invitation, id, email_address, role, inviter_id, revoked, public_metadata,
                                                private_metadata, expires_at, created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Organization, id, name, slug, created_by, public_metadata, private_metadata,
                                                max_allowed_memberships, admin_delete_enabled, memberships, invitations,
                                                created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(JwtTemplate, id, name, claims, lifetime, allowed_clock_skew, created_at,
                                                updated_at)

static void to_json(json& out, const Client& client) {
  out = {{"id", client.id},
         {"secret_hash", client.secret_hash},
         {"session_ids", client.session_ids},
         {"last_active_session_id", client.last_active_session_id},
         {"last_authentication_strategy", client.last_authentication_strategy},
         {"created_at", client.created_at},
         {"updated_at", client.updated_at}};
  PutOptional(out, "sign_up", client.sign_up);
  PutOptional(out, "sign_in", client.sign_in);
}

static void from_json(const json& in, Client& client) {
  const Client otherwise;
  client.id = in.value("id", otherwise.id);
  client.secret_hash = in.value("secret_hash", otherwise.secret_hash);
  client.session_ids = in.value("session_ids", otherwise.session_ids);
  client.last_active_session_id = in.value("last_active_session_id", otherwise.last_active_session_id);
  client.last_authentication_strategy = in.value("last_authentication_strategy", otherwise.last_authentication_strategy);
  client.created_at = in.value("created_at", otherwise.created_at);
  client.updated_at = in.value("updated_at", otherwise.updated_at);
  GetOptional(in, "sign_up", client.sign_up);
  GetOptional(in, "sign_in", client.sign_in);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DeliveryAttempt, at, status, error)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MessageProgress, sequence, state, attempts, schedule_step, last_status,
                                                last_error, next_attempt_at, history)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(EndpointHealth, failing_since, disabled_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(WebhookMessage, sequence, id, type, object_id, body, created_at, progress)

namespace {

struct Encoder {
  json operator()(const User& user) const { return {{"user", user}}; }
  json operator()(const Session& session) const { return {{"session", session}}; }
  json operator()(const Client& client) const { return {{"client", client}}; }
  json operator()(const Organization& organization) const { return {{"organization", organization}}; }
  json operator()(const JwtTemplate& jwt_template) const { return {{"jwt_template", jwt_template}}; }
  json operator()(const WebhookMessage& message) const { return {{"message", message}}; }
  json operator()(const MessageProgress& progress) const { return {{"progress", progress}}; }
  json operator()(const EndpointHealth& health) const { return {{"endpoint", health}}; }
  json operator()(const UserErased& erased) const { return {{"user_erased", erased.id}}; }
  json operator()(const SessionErased& erased) const { return {{"session_erased", erased.id}}; }
  json operator()(const ClientErased& erased) const { return {{"client_erased", erased.id}}; }
  json operator()(const OrganizationErased& erased) const { return {{"organization_erased", erased.id}}; }
  json operator()(const JwtTemplateErased& erased) const { return {{"jwt_template_erased", erased.id}}; }
  json operator()(const MessageErased& erased) const { return {{"message_erased", erased.sequence}}; }
};

Change DecodeChange(const json& item) {
  if (item.contains("user")) return item.at("user").get<User>();
  if (item.contains("session")) return item.at("session").get<Session>();
  if (item.contains("client")) return item.at("client").get<Client>();
  if (item.contains("organization")) return item.at("organization").get<Organization>();
  if (item.contains("jwt_template")) return item.at("jwt_template").get<JwtTemplate>();
  if (item.contains("jwt_template_erased")) return JwtTemplateErased{item.at("jwt_template_erased").get<std::string>()};
  if (item.contains("client_erased")) return ClientErased{item.at("client_erased").get<std::string>()};
  if (item.contains("organization_erased")) return OrganizationErased{item.at("organization_erased").get<std::string>()};
  if (item.contains("message")) return item.at("message").get<WebhookMessage>();
  if (item.contains("progress")) return item.at("progress").get<MessageProgress>();
  if (item.contains("endpoint")) return item.at("endpoint").get<EndpointHealth>();
  if (item.contains("user_erased")) return UserErased{item.at("user_erased").get<std::string>()};
  if (item.contains("session_erased")) return SessionErased{item.at("session_erased").get<std::string>()};
  return MessageErased{item.at("message_erased").get<std::uint64_t>()};
}

}  // namespace

std::string EncodeChanges(const Changes& changes) {
  json line = json::array();
  for (const auto& change : changes) line.push_back(std::visit(Encoder{}, change));
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

runtime::Result<Changes> DecodeChanges(std::string_view line) {
  Changes changes;
  try {
    for (const auto& item : json::parse(line)) changes.push_back(DecodeChange(item));
  } catch (const json::exception&) {
    return runtime::Fail(runtime::Code::kDataLoss, "STATE_NOT_READABLE", "A line of the state file is not readable.");
  }
  return changes;
}

std::string EncodeState(const State& state) {
  Changes all;
  AddAll(state, all);
  std::string content;
  for (auto& change : all) content += EncodeChanges({std::move(change)}) + "\n";
  return content;
}

runtime::Result<State> DecodeState(std::string_view content) {
  State state;
  while (true) {
    const auto end = content.find('\n');
    if (end == std::string_view::npos) return state;
    auto changes = DecodeChanges(content.substr(0, end));
    if (!changes) return tl::unexpected(changes.error());
    for (auto& change : *changes) Apply(std::move(change), state);
    content.remove_prefix(end + 1);
  }
}

}  // namespace inkwell::emulator
