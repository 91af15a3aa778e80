#include "clerk-emulator/backend_api/user_query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "clerk-emulator/accounts/user_rules.h"

namespace inkwell::emulator {
namespace {

using Users = std::vector<const User*>;
using Predicate = std::function<bool(const User&)>;

ClerkResult<std::optional<std::int64_t>> ReadInteger(const HttpRequest& request, const std::string& name, std::int64_t min,
                                                     std::int64_t max) {
  const auto text = request.Query(name);
  if (!text) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return tl::unexpected(ParamFormatInvalid(name, "an integer"));
  if (value < min || value > max) {
    return tl::unexpected(ParamValueInvalid(name, "between " + std::to_string(min) + " and " + std::to_string(max)));
  }
  return std::optional<std::int64_t>(value);
}

bool Contains(const std::string& text, const std::string& part) { return LowerCase(text).find(part) != std::string::npos; }

bool AnyContains(const std::vector<Identification>& list, const std::string& part) {
  return std::any_of(list.begin(), list.end(), [&](const Identification& item) { return Contains(item.value, part); });
}

bool IsOneOf(const std::string& value, const std::vector<std::string>& wanted) {
  return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool AnyIsOneOf(const std::vector<Identification>& list, const std::vector<std::string>& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Identification& item) { return IsOneOf(item.value, wanted); });
}

bool NameContains(const User& user, const std::string& part) { return Contains(user.first_name + " " + user.last_name, part); }

bool AnythingContains(const User& user, const std::string& part) {
  return AnyContains(user.email_addresses, part) || AnyContains(user.phone_numbers, part) || Contains(user.username, part) ||
         Contains(user.id, part) || NameContains(user, part);
}

// Values with + (or nothing) in front are asked for, those with - are left out.
Predicate WithSigns(const std::vector<std::string>& values, std::string User::*member) {
  std::vector<std::string> with;
  std::vector<std::string> without;
  for (const auto& value : values) {
    const bool has_sign = value.starts_with('+') || value.starts_with('-');
    (value.starts_with('-') ? without : with).push_back(has_sign ? value.substr(1) : value);
  }
  return [with, without, member](const User& user) {
    return (with.empty() || IsOneOf(user.*member, with)) && !IsOneOf(user.*member, without);
  };
}

void AddListFilters(const HttpRequest& request, std::vector<Predicate>& filters) {
  const auto lower = [&](const char* name) {
    auto values = request.QueryAll(name);
    for (auto& value : values) value = LowerCase(value);
    return values;
  };
  if (auto ids = request.QueryAll("user_id"); !ids.empty()) filters.push_back(WithSigns(ids, &User::id));
  if (auto ids = request.QueryAll("external_id"); !ids.empty()) filters.push_back(WithSigns(ids, &User::external_id));
  if (auto emails = lower("email_address"); !emails.empty()) {
    filters.emplace_back([emails](const User& user) { return AnyIsOneOf(user.email_addresses, emails); });
  }
  if (auto phones = request.QueryAll("phone_number"); !phones.empty()) {
    filters.emplace_back([phones](const User& user) { return AnyIsOneOf(user.phone_numbers, phones); });
  }
  if (auto names = lower("username"); !names.empty()) {
    filters.emplace_back([names](const User& user) { return IsOneOf(user.username, names); });
  }
}

void AddTextFilters(const HttpRequest& request, std::vector<Predicate>& filters) {
  const auto add = [&](const char* name, const std::function<bool(const User&, const std::string&)>& matches) {
    const auto text = request.Query(name);
    if (!text || text->empty()) return;
    filters.emplace_back([part = LowerCase(*text), matches](const User& user) { return matches(user, part); });
  };
  add("query", AnythingContains);
  add("name_query", NameContains);
  add("email_address_query", [](const User& user, const std::string& part) { return AnyContains(user.email_addresses, part); });
  add("phone_number_query", [](const User& user, const std::string& part) { return AnyContains(user.phone_numbers, part); });
  add("username_query", [](const User& user, const std::string& part) { return Contains(user.username, part); });
  if (const auto banned = request.Query("banned"); banned && !banned->empty()) {
    filters.emplace_back([wanted = *banned == "true"](const User& user) { return user.banned == wanted; });
  }
}

ClerkResult<void> AddTimeFilters(const HttpRequest& request, std::vector<Predicate>& filters) {
  constexpr std::array<std::pair<const char*, UnixMillis User::*>, 3> kMoments = {{{"created_at", &User::created_at},
                                                                                   {"last_active_at", &User::last_active_at},
                                                                                   {"last_sign_in_at", &User::last_sign_in_at}}};
  for (const auto& [name, member] : kMoments) {
    for (const bool before : {true, false}) {
      const auto limit = ReadInteger(request, std::string(name) + (before ? "_before" : "_after"), 0, INT64_MAX);
      if (!limit) return tl::unexpected(limit.error());
      if (!*limit) continue;
      filters.emplace_back([value = **limit, member = member, before](const User& user) {
        const auto moment = (user.*member).value;
        return moment != 0 && (before ? moment < value : moment > value);
      });
    }
  }
  return {};
}

using Order = std::function<bool(const User&, const User&)>;

template <typename Key>
Order By(Key key) {
  return [key](const User& a, const User& b) { return key(a) < key(b); };
}

Order OrderOf(std::string_view name) {
  if (name == "created_at") return By([](const User& user) { return user.created_at; });
  if (name == "updated_at") return By([](const User& user) { return user.updated_at; });
  if (name == "last_active_at") return By([](const User& user) { return user.last_active_at; });
  if (name == "last_sign_in_at") return By([](const User& user) { return user.last_sign_in_at; });
  if (name == "first_name") return By([](const User& user) { return user.first_name; });
  if (name == "last_name") return By([](const User& user) { return user.last_name; });
  if (name == "username") return By([](const User& user) { return user.username; });
  if (name == "email_address") return By([](const User& user) { return PrimaryEmail(user); });
  if (name == "phone_number") {
    return By([](const User& user) { return user.phone_numbers.empty() ? std::string() : user.phone_numbers.front().value; });
  }
  return {};
}

}  // namespace

ClerkResult<Page> ReadPage(const HttpRequest& request) {
  const auto limit = ReadInteger(request, "limit", 1, 500);
  if (!limit) return tl::unexpected(limit.error());
  const auto offset = ReadInteger(request, "offset", 0, INT64_MAX);
  if (!offset) return tl::unexpected(offset.error());
  return Page{static_cast<std::size_t>(limit->value_or(10)), static_cast<std::size_t>(offset->value_or(0))};
}

ClerkResult<Users> FilterUsers(const State& state, const HttpRequest& request) {
  std::vector<Predicate> filters;
  AddListFilters(request, filters);
  AddTextFilters(request, filters);
  if (auto added = AddTimeFilters(request, filters); !added) return tl::unexpected(added.error());
  Users users;
  for (const auto& [id, user] : state.users) {
    if (std::all_of(filters.begin(), filters.end(), [&user = user](const Predicate& passes) { return passes(user); })) {
      users.push_back(&user);
    }
  }
  return users;
}

ClerkResult<Users> PageOfUsers(Users users, const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return tl::unexpected(page.error());
  const auto order_by = request.Query("order_by").value_or("-created_at");
  const bool descending = order_by.starts_with('-');
  const auto name = order_by.substr(descending || order_by.starts_with('+') ? 1 : 0);
  const auto less = OrderOf(name);
  if (!less) return tl::unexpected(ParamValueInvalid("order_by", "created_at, updated_at or another field that Clerk orders by"));
  std::sort(users.begin(), users.end(), [&](const User* a, const User* b) {
    if (descending) std::swap(a, b);
    return less(*a, *b) || (!less(*b, *a) && a->id < b->id);
  });
  auto begin = users.begin() + static_cast<std::ptrdiff_t>(std::min(page->offset, users.size()));
  if (const auto cursor = request.Query("starting_after")) {
    if (name != "created_at") return tl::unexpected(ParamValueInvalid("starting_after", "used with an order by created_at"));
    if (page->offset != 0) return tl::unexpected(ParamValueInvalid("starting_after", "used without offset"));
    begin = std::find_if(users.begin(), users.end(), [&](const User* user) { return user->id == *cursor; });
    if (begin == users.end()) return tl::unexpected(ParamValueInvalid("starting_after", "the id of a user in this list"));
    ++begin;
  }
  const auto left = static_cast<std::size_t>(users.end() - begin);
  return Users(begin, begin + static_cast<std::ptrdiff_t>(std::min(page->limit, left)));
}

}  // namespace inkwell::emulator
