#include "clerk-emulator/seed/seed_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/backend_api/new_user_body.h"
#include "clerk-emulator/base/durable_file.h"
#include "clerk-emulator/http/json_body.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;
using runtime::Result;

tl::unexpected<runtime::Error> Invalid(const std::string& why) {
  return runtime::Fail(runtime::Code::kInvalidArgument, "SEED_INVALID", "EMULATOR_SEED_FILE: " + why);
}

std::string NameOf(std::size_t index) { return "users[" + std::to_string(index) + "]"; }

bool IsUserId(std::string_view text) {
  constexpr std::string_view kPrefix = "user_";
  return text.starts_with(kPrefix) && text.size() > kPrefix.size() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

ClerkResult<NewUser> ReadUser(const json& item) {
  if (!item.is_object()) return tl::unexpected(RequestBodyInvalid("A user must be a JSON object."));
  JsonBody body(item.dump());
  NewUser user;
  user.id = body.TextOr("id", "");
  user.email_addresses = body.Texts("email_addresses");
  user.phone_numbers = body.Texts("phone_numbers");
  auto complete = ReadNewUser(body, std::move(user));
  if (complete && !complete->id.empty() && !IsUserId(complete->id)) {
    return tl::unexpected(ParamFormatInvalid("id", "user_ followed by letters, digits or _, at most 64 in all"));
  }
  return complete;
}

}  // namespace

Result<Seed> ParseSeed(std::string_view text) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    return Invalid("line " + std::to_string(1 + std::count(text.begin(), end, '\n')) + " is not JSON.");
  }
  if (!document.is_object()) return Invalid("it must be a JSON object with the member users.");
  for (const auto& [name, value] : document.items()) {
    if (name != "users") return Invalid("there is no member " + json(name).dump() + ", only users.");
  }
  const auto users = document.value("users", json());
  if (!users.is_array()) return Invalid("users must be an array.");
  Seed seed;
  for (const auto& item : users) {
    auto user = ReadUser(item);
    if (!user) return Invalid(NameOf(seed.size()) + ": " + user.error().long_message);
    seed.push_back(std::move(*user));
  }
  // Decides what only all users together show, such as an address given twice.
  State state;
  for (std::size_t i = 0; i < seed.size(); ++i) {
    auto user = MakeUser(state, seed[i], UnixMillis{1});
    if (!user) return Invalid(NameOf(i) + "." + user.error().param_name + ": " + user.error().long_message);
    auto id = user->id;
    state.users.emplace(std::move(id), std::move(*user));
  }
  return seed;
}

Result<Seed> ReadSeed(const std::filesystem::path& path) {
  const auto content = ReadFile(path);
  if (!content) return tl::unexpected(content.error());
  if (!*content) return runtime::Fail(runtime::Code::kInvalidArgument, "SEED_NOT_FOUND", "EMULATOR_SEED_FILE does not exist.");
  return ParseSeed(**content);
}

ClerkResult<void> FillIfEmpty(StateStore& store, const Seed& seed, const Clock& clock) {
  return store.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    if (!state.users.empty()) return {};
    State filled;
    for (const auto& wanted : seed) {
      auto user = MakeUser(filled, wanted, clock.Now());
      if (!user) return tl::unexpected(user.error());
      changes.emplace_back(*user);
      Apply(std::move(*user), filled);
    }
    return {};
  });
}

}  // namespace inkwell::emulator
