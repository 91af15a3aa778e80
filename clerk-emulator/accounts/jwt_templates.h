#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"

namespace inkwell::emulator {

struct JwtTemplateFields {
  std::string name;
  std::string claims;  // JSON text of an object
  std::optional<std::int64_t> lifetime;
  std::optional<std::int64_t> allowed_clock_skew;
};

// The JWT templates. Each call is one durable step. Thread-safe.
class JwtTemplates final {
 public:
  JwtTemplates(StateStore& store, const Clock& clock);

  // 422 form_param_missing; form_param_value_invalid for a name that is none or a claim that is not the template's to set;
  // form_identifier_exists.
  [[nodiscard]] ClerkResult<JwtTemplate> Create(const JwtTemplateFields& fields);
  // These: 404 resource_not_found.
  [[nodiscard]] ClerkResult<JwtTemplate> Find(const std::string& id) const;
  [[nodiscard]] ClerkResult<JwtTemplate> Update(const std::string& id, const JwtTemplateFields& fields);
  [[nodiscard]] ClerkResult<void> Delete(const std::string& id);

 private:
  StateStore& store_;
  const Clock& clock_;
};

// Adds a template without claims of its own for each of these names that has none.
[[nodiscard]] ClerkResult<void> AddJwtTemplates(StateStore& store, const std::vector<std::string>& names,
                                                std::chrono::seconds lifetime, const Clock& clock);

// The template of that name; null if there is none.
[[nodiscard]] const JwtTemplate* FindJwtTemplate(const State& state, std::string_view name);

}  // namespace inkwell::emulator
