#include "clerk/session_token.h"

#include "tokens/auth_claims.h"
#include "tokens/session_token_data.h"

namespace clerk {
namespace {

std::chrono::sys_seconds Time(std::int64_t seconds) { return std::chrono::sys_seconds(std::chrono::seconds(seconds)); }

std::optional<std::chrono::sys_seconds> Time(const std::optional<std::int64_t>& seconds) {
  return seconds ? std::optional(Time(*seconds)) : std::nullopt;
}

}  // namespace

const std::string& SessionToken::user_id() const { return data_->user_id; }
const std::optional<std::string>& SessionToken::session_id() const { return data_->session_id; }
bool SessionToken::is_pending() const { return data_->pending; }
bool SessionToken::is_session_class() const { return data_->session_class; }
const std::string& SessionToken::key_id() const { return data_->key_id; }
const std::optional<std::string>& SessionToken::issuer() const { return data_->issuer; }
const std::optional<std::string>& SessionToken::authorized_party() const { return data_->authorized_party; }
std::chrono::sys_seconds SessionToken::expires_at() const { return Time(data_->times.expires_at); }
std::optional<std::chrono::sys_seconds> SessionToken::not_before() const { return Time(data_->times.not_before); }
std::optional<std::chrono::sys_seconds> SessionToken::issued_at() const { return Time(data_->times.issued_at); }

const Result<AuthObject>& SessionToken::auth() const {
  std::call_once(data_->auth_made, [this] { data_->auth.emplace(tokens::MakeAuthObject(data_->claims)); });
  return *data_->auth;
}

const std::string& SessionToken::claims_json() const { return data_->claims.text(); }

}  // namespace clerk
