#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace clerk::request {

// An absolute http or https URL, read and written as browsers do (WHATWG URL Standard), so that addresses compare as Clerk's SDKs
// compare them. Two things are not accepted: user names in URLs, and hosts that are not ASCII.
class Url final {
 public:
  [[nodiscard]] static std::optional<Url> Parse(std::string_view text);
  // The origin of any URL: "null" for those of other schemes; nullopt for what is no URL.
  [[nodiscard]] static std::optional<std::string> OriginOf(std::string_view text);

  // This path and query on another origin. Nullopt if scheme and authority, taken from a request's headers, make no URL.
  [[nodiscard]] std::optional<Url> AtOrigin(std::string_view scheme, std::string_view authority) const;

  [[nodiscard]] const std::string& scheme() const { return scheme_; }
  [[nodiscard]] const std::string& host() const { return host_; }  // without port
  [[nodiscard]] const std::string& path() const { return path_; }  // percent-encoded, begins with a slash
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] std::string href() const;

  // The first parameter of that name in the query.
  [[nodiscard]] std::optional<std::string> Parameter(std::string_view name) const;

  // All of these write the whole query anew, as URLSearchParams does.
  void RemoveParameters(std::initializer_list<std::string_view> names);
  void AppendParameter(std::string_view name, std::string_view value);
  // Replaces all parameters of that name by one.
  void SetParameter(std::string_view name, std::string_view value);

 private:
  Url() = default;
  [[nodiscard]] bool ReadAuthority(std::string_view authority);
  void ReadRest(std::string_view rest);

  std::string scheme_;
  std::string host_;
  std::string port_;  // "" for the scheme's own
  std::string path_ = "/";
  std::optional<std::string> query_;
  std::optional<std::string> fragment_;
};

}  // namespace clerk::request
