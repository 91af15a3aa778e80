#include "clerk-emulator/accounts/user_rules.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using Values = std::vector<Identification> User::*;

constexpr std::size_t kMaxTextBytes = 256;

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Enough to refuse what is plainly none; only a mail server knows the rest.
bool IsEmailAddress(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.size() > 254 || HasControlCharacter(text)) return false;
  const auto domain = text.substr(at + 1);
  const auto dot = domain.find('.');
  return domain.find('@') == std::string_view::npos && text.find(' ') == std::string_view::npos && dot != 0 &&
         dot != std::string_view::npos && domain.back() != '.';
}

bool IsPhoneNumber(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text.front() == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsUsername(std::string_view text) {
  return text.size() >= 4 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

template <typename Predicate>
bool AnotherHas(const State& state, const std::string& user_id, Predicate&& has) {
  return std::any_of(state.users.begin(), state.users.end(),
                     [&](const auto& entry) { return entry.first != user_id && has(entry.second); });
}

bool IsTaken(const State& state, const User& user, Values values, const std::string& value) {
  const auto has = [&](const User& other) {
    const auto& list = other.*values;
    return std::any_of(list.begin(), list.end(), [&](const Identification& item) { return item.value == value; });
  };
  // An address that somebody else has only claimed is free until it is verified.
  const auto has_verified = [&](const User& other) {
    const auto& list = other.*values;
    return std::any_of(list.begin(), list.end(),
                       [&](const Identification& item) { return item.verified && item.value == value; });
  };
  return has(user) || AnotherHas(state, user.id, has_verified);
}

ClerkResult<void> AddEmails(const State& state, const NewUser& wanted, User& user) {
  for (const auto& given : wanted.email_addresses) {
    const auto address = LowerCase(given);
    if (!IsEmailAddress(address)) return tl::unexpected(ParamFormatInvalid("email_address", "a valid email address"));
    if (IsTaken(state, user, &User::email_addresses, address)) return tl::unexpected(IdentifierExists("email_address"));
    user.email_addresses.push_back({NewId("idn"), address, wanted.verified_by, user.created_at, user.created_at, true, {}});
  }
  if (!user.email_addresses.empty()) user.primary_email_address_id = user.email_addresses.front().id;
  return {};
}

ClerkResult<void> AddPhones(const State& state, const NewUser& wanted, User& user) {
  for (const auto& number : wanted.phone_numbers) {
    if (!IsPhoneNumber(number))
      return tl::unexpected(ParamFormatInvalid("phone_number", "in E.164 format, such as +15555550100"));
    if (IsTaken(state, user, &User::phone_numbers, number)) return tl::unexpected(IdentifierExists("phone_number"));
    user.phone_numbers.push_back({NewId("idn"), number, "admin", user.created_at, user.created_at, true, {}});
  }
  if (!user.phone_numbers.empty()) user.primary_phone_number_id = user.phone_numbers.front().id;
  return {};
}

ClerkResult<void> SetText(const char* param, const std::string& value, std::string& target) {
  if (value.size() > kMaxTextBytes || HasControlCharacter(value)) {
    return tl::unexpected(ParamValueInvalid(param, "at most 256 bytes without control characters"));
  }
  target = value;
  return {};
}

ClerkResult<void> SetUsername(const State& state, const std::string& given, User& user) {
  const auto username = LowerCase(given);
  if (!username.empty()) {
    if (!IsUsername(username)) return tl::unexpected(ParamFormatInvalid("username", "4 to 64 letters, digits, _ or -"));
    if (AnotherHas(state, user.id, [&](const User& other) { return other.username == username; })) {
      return tl::unexpected(IdentifierExists("username"));
    }
  }
  user.username = username;
  return {};
}

ClerkResult<void> SetExternalId(const State& state, const std::string& external_id, User& user) {
  if (!external_id.empty() && AnotherHas(state, user.id, [&](const User& other) { return other.external_id == external_id; })) {
    return tl::unexpected(IdentifierExists("external_id"));
  }
  return SetText("external_id", external_id, user.external_id);
}

ClerkResult<void> SetPrimary(const char* param, const std::vector<Identification>& own, const std::string& id,
                             std::string& primary) {
  const bool exists =
      std::any_of(own.begin(), own.end(), [&](const Identification& item) { return item.id == id && item.verified; });
  if (!exists) return tl::unexpected(ParamValueInvalid(param, "the id of one that this user has verified"));
  primary = id;
  return {};
}

}  // namespace

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

ClerkResult<User> MakeUser(const State& state, const NewUser& wanted, UnixMillis now) {
  User user;
  user.id = wanted.id.empty() ? NewId("user") : wanted.id;
  if (state.users.contains(user.id)) return tl::unexpected(IdentifierExists("id"));
  user.created_at = user.updated_at = now;
  user.public_metadata = wanted.public_metadata;
  user.private_metadata = wanted.private_metadata;
  user.unsafe_metadata = wanted.unsafe_metadata;
  user.password_hash = wanted.password_hash;
  if (!user.password_hash.empty()) user.password_updated_at = now;
  user.banned = wanted.banned;
  user.locked = wanted.locked;
  const UserPatch texts = {wanted.external_id, wanted.username, wanted.first_name, wanted.last_name, wanted.locale, {}, {}};
  for (auto done : {AddEmails(state, wanted, user), AddPhones(state, wanted, user), PatchUser(state, texts, user)}) {
    if (!done) return tl::unexpected(done.error());
  }
  return user;
}

ClerkResult<void> PatchUser(const State& state, const UserPatch& patch, User& user) {
  ClerkResult<void> done;
  if (done && patch.external_id) done = SetExternalId(state, *patch.external_id, user);
  if (done && patch.username) done = SetUsername(state, *patch.username, user);
  if (done && patch.first_name) done = SetText("first_name", *patch.first_name, user.first_name);
  if (done && patch.last_name) done = SetText("last_name", *patch.last_name, user.last_name);
  if (done && patch.locale) done = SetText("locale", *patch.locale, user.locale);
  if (done && patch.primary_email_address_id) {
    done = SetPrimary("primary_email_address_id", user.email_addresses, *patch.primary_email_address_id,
                      user.primary_email_address_id);
  }
  if (done && patch.primary_phone_number_id) {
    done =
        SetPrimary("primary_phone_number_id", user.phone_numbers, *patch.primary_phone_number_id, user.primary_phone_number_id);
  }
  return done;
}

void ChangeUser(const Step& step, const WebhookEvents& events, User& user) {
  user.updated_at = std::max(step.now, user.updated_at + std::chrono::milliseconds(1));
  events.Add(step, "user.updated", user.id, UserJson(user));
  step.changes.emplace_back(user);
}

ClerkResult<void> MaySignIn(const User& user) {
  if (user.banned) return tl::unexpected(UserBanned());
  if (user.locked) return tl::unexpected(UserLocked());
  return {};
}

const User* FindByEmail(const State& state, std::string_view address) {
  const auto lower = LowerCase(address);
  const auto user = std::find_if(state.users.begin(), state.users.end(), [&](const auto& entry) {
    const auto& emails = entry.second.email_addresses;
    return std::any_of(emails.begin(), emails.end(),
                       [&](const Identification& email) { return email.verified && email.value == lower; });
  });
  return user == state.users.end() ? nullptr : &user->second;
}

ClerkResult<std::string> CheckEmail(std::string_view given) {
  auto address = LowerCase(given);
  if (!IsEmailAddress(address)) return tl::unexpected(ParamFormatInvalid("email_address", "a valid email address"));
  return address;
}

ClerkResult<std::string> CheckNewEmail(const State& state, std::string_view given, const std::string& user_id) {
  auto address = CheckEmail(given);
  if (!address) return address;
  const auto own = state.users.find(user_id);
  if (IsTaken(state, own == state.users.end() ? User() : own->second, &User::email_addresses, *address)) {
    return tl::unexpected(IdentifierExists("email_address"));
  }
  return address;
}

void MergeMetadataText(const std::string& patch, std::string& metadata) {
  auto merged = nlohmann::json::parse(metadata);
  merged.merge_patch(nlohmann::json::parse(patch));
  metadata = merged.dump();
}

}  // namespace inkwell::emulator
