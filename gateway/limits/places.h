#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace inkwell::gateway {

// How many things of one kind each key may have under way at once. A key is remembered only while it has some. Thread-safe.
class Places final {
 public:
  // Given back when it is destroyed. Move-only; the Places must outlive it.
  class Place final {
   public:
    Place(Place&& other) noexcept : places_(std::exchange(other.places_, nullptr)), key_(std::move(other.key_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() { GiveBack(); }

    void GiveBack();

   private:
    friend class Places;
    Place(Places& places, std::string key) : places_(&places), key_(std::move(key)) {}

    Places* places_;  // null once it is given back
    std::string key_;
  };

  explicit Places(std::size_t of_key) : of_key_(of_key) {}

  // Nothing when the key has as many as it may have.
  [[nodiscard]] std::optional<Place> TryTake(const std::string& key);

 private:
  const std::size_t of_key_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> taken_;  // guarded by mutex_
};

}  // namespace inkwell::gateway
