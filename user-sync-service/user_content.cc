#include "user-sync-service/user_content.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Fail;
using runtime::Result;

constexpr std::size_t kMaxIdLength = 128;
constexpr int kMaxMetadataDepth = 100;
constexpr ClerkTime kLatest{std::chrono::milliseconds{253402300799999}};  // 9999-12-31T23:59:59.999Z, protobuf's limit

tl::unexpected<runtime::Error> InvalidField(const char* field, std::string message) {
  return Fail(runtime::Code::kInvalidArgument, reason::kInvalidField, std::move(message), {{"field", field}});
}

void DropNulCharacters(std::optional<std::string>& text) {
  if (text) std::erase(*text, '\0');
}

std::optional<std::uint32_t> HexUnit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  for (const char c : text.substr(at + 2, 4)) {
    unit <<= 4;
    if (c >= '0' && c <= '9') {
      unit |= static_cast<std::uint32_t>(c - '0');
    } else if (const char lower = static_cast<char>(c | 0x20); lower >= 'a' && lower <= 'f') {
      unit |= static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return unit;
}

bool IsHighSurrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(std::uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// JSON text with the escapes that jsonb refuses taken out. Outside of strings JSON has no backslash, so none is misread.
std::string WithStorableEscapes(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  std::size_t at = 0;
  while (at < json.size()) {
    const std::size_t backslash = std::min(json.find('\\', at), json.size());
    out.append(json.substr(at, backslash - at));
    at = backslash;
    if (at == json.size()) break;
    const auto unit = HexUnit(json, at);
    if (!unit) {
      out.append(json.substr(at, 2));
      at += 2;
    } else if (*unit == 0) {
      at += 6;
    } else if (IsHighSurrogate(*unit) && IsLowSurrogate(HexUnit(json, at + 6).value_or(0))) {
      out.append(json.substr(at, 12));
      at += 12;
    } else {
      out.append(IsHighSurrogate(*unit) || IsLowSurrogate(*unit) ? std::string_view("\\ufffd") : json.substr(at, 6));
      at += 6;
    }
  }
  return out;
}

// nlohmann's parser recurses in its destructor and in dump(): the depth is bounded before it sees the text.
bool IsShallow(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxMetadataDepth) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

// The members sorted, no white space. Nothing for what is no storable JSON object.
std::optional<std::string> CanonicalMetadata(const std::string& text) {
  if (text.empty() || text == "{}") return "{}";
  // A raw U+0000 is no JSON, and nlohmann 3.11 would take it for the end of the text.
  if (text.find('\0') != std::string::npos || !IsShallow(text)) return std::nullopt;
  const auto parsed = nlohmann::json::parse(WithStorableEscapes(text), nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void AppendInteger(std::string& bytes, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>((value >> shift) & 0xff));
}

// Each text with its length before it and absent apart from empty: different contents are different bytes.
void AppendText(std::string& bytes, const std::optional<std::string>& text) {
  bytes.push_back(text ? '\1' : '\0');
  if (!text) return;
  AppendInteger(bytes, text->size());
  bytes.append(*text);
}

// SHA-256 over the stored content without its times: updated_at is compared before the hash.
ContentHash HashOf(const User& user) {
  std::string bytes("inkwell.users.content.v1");
  for (const auto* text : {&user.email, &user.first_name, &user.last_name, &user.username, &user.image_url}) {
    AppendText(bytes, *text);
  }
  AppendText(bytes, user.public_metadata);
  bytes.push_back(user.banned ? '\1' : '\0');
  bytes.push_back(user.locked ? '\1' : '\0');
  AppendInteger(bytes, static_cast<std::uint64_t>(user.created_at.time_since_epoch().count()));
  ContentHash hash{};
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  return hash;
}

bool InRange(ClerkTime time) { return time >= ClerkTime{} && time <= kLatest; }

}  // namespace

bool IsUserId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

Result<UserState> Canonicalize(User user) {
  if (!IsUserId(user.id)) return InvalidField("user_id", "The user id is missing or malformed.");
  if (!InRange(user.created_at)) return InvalidField("create_time", "The time of creation is out of range.");
  if (!InRange(user.updated_at)) return InvalidField("update_time", "The time of the last change is out of range.");
  for (auto* text : {&user.email, &user.first_name, &user.last_name, &user.username, &user.image_url}) DropNulCharacters(*text);
  // The SDK says "" where Clerk sent no image, a caller may say nothing: one content, one hash.
  if (user.image_url && user.image_url->empty()) user.image_url.reset();
  auto metadata = CanonicalMetadata(user.public_metadata);
  if (!metadata) return InvalidField("public_metadata_json", "The public metadata is not a JSON object that can be stored.");
  user.public_metadata = *std::move(metadata);
  Version version{user.updated_at, HashOf(user)};
  return UserState{std::move(user), version};
}

}  // namespace inkwell::users
