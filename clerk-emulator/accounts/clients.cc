#include "clerk-emulator/accounts/clients.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "clerk-emulator/accounts/sessions.h"
#include "clerk-emulator/base/encoding.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kSecretLength = 43;  // characters: 256 bits

std::string HashSecret(std::string_view secret) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), digest.data());
  return Base64Url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

// The cookie is <client id>.<secret>: the state holds only the secret's hash.
const Client* FindClient(const State& state, std::string_view cookie) {
  const auto dot = cookie.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto found = state.clients.find(cookie.substr(0, dot));
  if (found == state.clients.end()) return nullptr;
  const auto hash = HashSecret(cookie.substr(dot + 1));
  const auto& expected = found->second.secret_hash;
  const bool proven = hash.size() == expected.size() && CRYPTO_memcmp(hash.data(), expected.data(), hash.size()) == 0;
  return proven ? &found->second : nullptr;
}

OpenedClient OpenClient(const State& state, std::string_view cookie, UnixMillis now) {
  OpenedClient opened;
  if (const auto* known = FindClient(state, cookie)) {
    opened.client = *known;
  } else {
    const auto secret = RandomBase62(kSecretLength);
    opened.client.id = NewId("client");
    opened.client.secret_hash = HashSecret(secret);
    opened.client.created_at = now;
    opened.new_cookie = opened.client.id + "." + secret;
  }
  opened.client.updated_at = now;
  return opened;
}

std::vector<const Session*> LiveSessions(const State& state, const Client& client, UnixMillis now) {
  std::vector<const Session*> live;
  for (const auto& id : client.session_ids) {
    const auto session = state.sessions.find(id);
    if (session != state.sessions.end() && session->second.IsLive(now)) live.push_back(&session->second);
  }
  return live;
}

ClerkResult<void> MaySignIn(const Step& step, const Client& client, const InstanceSettings& settings, std::string_view user_id) {
  for (const auto* session : LiveSessions(step.state, client, step.now)) {
    if (session->user_id == user_id) return tl::unexpected(AlreadySignedIn(session->id));
    if (settings.single_session_mode) return tl::unexpected(SessionExists());
  }
  return {};
}

Session Enter(const Step& step, const WebhookEvents& events, User& user, Client& client, std::string_view strategy) {
  auto session = NewSession(step, user, client.id);
  std::erase_if(client.session_ids, [&](const std::string& id) {
    const auto old = step.state.sessions.find(id);
    return old == step.state.sessions.end() || !old->second.IsLive(step.now);
  });
  client.session_ids.push_back(session.id);
  client.last_active_session_id = session.id;
  client.last_authentication_strategy = strategy;
  client.sign_up.reset();
  client.sign_in.reset();
  client.updated_at = step.now;
  AnnounceSession(step, events, session, user);
  step.changes.emplace_back(user);
  step.changes.emplace_back(session);
  step.changes.emplace_back(client);
  return session;
}

}  // namespace inkwell::emulator
