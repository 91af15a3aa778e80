#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/base/clerk_error.h"

namespace inkwell::emulator {

// Reads the members of a request's JSON object by name and remembers the first problem, so that a handler reads all it knows and
// asks once. A member that nobody has read is unknown: 422, as at Clerk.
class JsonBody final {
 public:
  // An empty body stands for {}.
  explicit JsonBody(const std::string& body);
  ~JsonBody();

  // null and "" are both read as an empty text: "remove it". Absent: nothing.
  std::optional<std::string> Text(const char* name);
  std::string TextOr(const char* name, std::string_view otherwise);
  // An array of texts, or one text.
  std::vector<std::string> Texts(const char* name);
  // As JSON text, compact. null counts as absent.
  std::optional<std::string> ObjectText(const char* name);
  // null counts as absent.
  std::optional<std::int64_t> Integer(const char* name, std::int64_t min, std::int64_t max);
  // null counts as absent.
  std::optional<bool> Flag(const char* name);
  // Known, but without any effect here.
  void Ignore(const char* name) { known_.insert(name); }

  // Whether the text is a JSON object at all.
  [[nodiscard]] bool IsValid() const { return !problem_; }

  // 400 request_body_invalid, 422 form_param_format_invalid, form_param_value_invalid, form_param_unknown.
  [[nodiscard]] ClerkResult<void> Finish();

 private:
  const nlohmann::json* Find(const char* name);
  void Problem(ClerkError error);

  std::unique_ptr<nlohmann::json> object_;
  std::set<std::string, std::less<>> known_;
  std::optional<ClerkError> problem_;
};

}  // namespace inkwell::emulator
