#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "clerk/result.h"
#include "jwt/verification_key.h"
#include "tokens/key_set.h"

namespace clerk::tokens {

// A key and the generation of the keys that it belongs to. The generation changes whenever the keys do, so that a verdict
// remembered under one generation says nothing under another.
struct FoundKey {
  jwt::VerificationKey key;
  std::uint64_t generation = 0;
};

// Where verification keys come from. `kid` is absent if the token names none. Thread-safe.
class KeySource {
 public:
  virtual ~KeySource() = default;

  // Never waits; nullopt if the answer needs I/O.
  [[nodiscard]] virtual std::optional<Result<FoundKey>> TryFind(std::optional<std::string_view> kid) = 0;
  [[nodiscard]] virtual Result<FoundKey> Find(std::optional<std::string_view> kid) = 0;
  // The generation of the keys in use; nullopt if they have to be fetched before anything may be trusted.
  [[nodiscard]] virtual std::optional<std::uint64_t> Generation() = 0;
  // Brings the keys up to date.
  [[nodiscard]] virtual Result<void> Load() = 0;
};

// One key, whatever the token's kid says.
class SingleKeySource final : public KeySource {
 public:
  explicit SingleKeySource(jwt::VerificationKey key) : key_(std::move(key)) {}

  std::optional<Result<FoundKey>> TryFind(std::optional<std::string_view> kid) override { return Find(kid); }
  Result<FoundKey> Find(std::optional<std::string_view> /*kid*/) override { return FoundKey{key_, 0}; }
  std::optional<std::uint64_t> Generation() override { return 0; }
  Result<void> Load() override { return {}; }

 private:
  jwt::VerificationKey key_;
};

// A key set that never changes.
class StaticKeySource final : public KeySource {
 public:
  explicit StaticKeySource(std::shared_ptr<const KeySet> keys) : keys_(std::move(keys)) {}

  std::optional<Result<FoundKey>> TryFind(std::optional<std::string_view> kid) override { return Find(kid); }
  Result<FoundKey> Find(std::optional<std::string_view> kid) override;
  std::optional<std::uint64_t> Generation() override { return 0; }
  Result<void> Load() override { return {}; }

 private:
  std::shared_ptr<const KeySet> keys_;
};

[[nodiscard]] Error KidMismatch();

}  // namespace clerk::tokens
