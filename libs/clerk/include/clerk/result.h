#pragma once

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include "clerk/error.h"

namespace clerk {

// A value or the error that stands in its way. Nothing in the SDK throws across its interface: this is how failure is told.
// Reading the wrong side is a programming error and ends the process, in every build, instead of reading garbage.
template <typename T, typename E = Error>
class [[nodiscard]] Result final {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return Get<0>(state_); }
  [[nodiscard]] const T& value() const& { return Get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::move(Get<0>(state_)); }
  [[nodiscard]] E& error() & { return Get<1>(state_); }
  [[nodiscard]] const E& error() const& { return Get<1>(state_); }
  [[nodiscard]] E&& error() && { return std::move(Get<1>(state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  template <std::size_t I, typename V>
  static auto& Get(V& state) {
    auto* side = std::get_if<I>(&state);
    if (side == nullptr) std::abort();
    return *side;
  }

  std::variant<T, E> state_;
};

// Success without a value.
template <typename E>
class [[nodiscard]] Result<void, E> final {
 public:
  using value_type = void;
  using error_type = E;

  Result() = default;
  Result(E error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] const E& error() const {
    if (!error_) std::abort();
    return *error_;
  }

 private:
  std::optional<E> error_;
};

}  // namespace clerk
