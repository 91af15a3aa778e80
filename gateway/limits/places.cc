#include "gateway/limits/places.h"

namespace inkwell::gateway {

std::optional<Places::Place> Places::TryTake(const std::string& key) {
  const std::lock_guard lock(mutex_);
  std::size_t& taken = taken_[key];
  if (taken >= of_key_) {
    if (taken == 0) taken_.erase(key);
    return std::nullopt;
  }
  ++taken;
  return Place(*this, key);
}

void Places::Place::GiveBack() {
  Places* const places = std::exchange(places_, nullptr);
  if (places == nullptr) return;
  const std::lock_guard lock(places->mutex_);
  const auto taken = places->taken_.find(key_);
  if (--taken->second == 0) places->taken_.erase(taken);
}

}  // namespace inkwell::gateway
