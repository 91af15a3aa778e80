#pragma once

#include <string_view>

#include "clerk/api/operation.h"
#include "clerk/api/operation_table.h"

namespace clerk {

// The operation of that name ("users.getUser"), or null.
[[nodiscard]] constexpr const Operation* FindOperation(std::string_view name) {
  for (const Operation& operation : OperationTable::kRows) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
}

// Names an operation in a call. From a literal it is looked up by the compiler: a name that does not exist does not compile.
class OperationName final {
 public:
  template <std::size_t Size>
  consteval OperationName(const char (&name)[Size])  // NOLINT(google-explicit-constructor)
      : operation_(&Named({name, Size - 1})) {}
  constexpr OperationName(const Operation& operation) : operation_(&operation) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] constexpr const Operation& operator*() const { return *operation_; }
  [[nodiscard]] constexpr const Operation* operator->() const { return operation_; }

 private:
  // Without comparing pointers: GCC's UBSan takes the address of a constant for no constant expression.
  static consteval const Operation& Named(std::string_view name) {
    for (const Operation& operation : OperationTable::kRows) {
      if (operation.name == name) return operation;
    }
    throw "Clerk's Backend API has no operation of this name";  // only ever seen by the compiler
  }

  const Operation* operation_;
};

}  // namespace clerk
