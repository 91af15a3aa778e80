#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace clerk {

// Clears a member: `update.last_name = clerk::kNull`.
struct Null {};
inline constexpr Null kNull;

// What an update does to one member: leaves it alone (by default), sets it, or clears it. Not a std::optional, whose nullopt
// could mean either of the last two: assigning one does not compile.
template <typename T>
class Change final {
 public:
  Change() = default;
  Change(Null) : given_(true) {}  // NOLINT(google-explicit-constructor)
  // NOLINTBEGIN(bugprone-forwarding-reference-overload,google-explicit-constructor): not for a Change
  template <typename U>
  requires(std::convertible_to<U, T> && !std::same_as<std::remove_cvref_t<U>, Change>) Change(U&& value)
      : given_(true), value_(std::forward<U>(value)) {}
  // NOLINTEND(bugprone-forwarding-reference-overload,google-explicit-constructor)
  Change(std::nullopt_t) = delete;
  Change(std::nullptr_t) = delete;

  // False: the member is left alone.
  [[nodiscard]] bool is_given() const { return given_; }
  // The new value; null if the member is cleared or left alone.
  [[nodiscard]] const T* value() const { return value_ ? &*value_ : nullptr; }

 private:
  bool given_ = false;
  std::optional<T> value_{};
};

}  // namespace clerk
