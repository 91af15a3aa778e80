#include "gateway/readiness.h"

#include <utility>

#include "gateway/auth/key_refresher.h"

namespace inkwell::gateway {

Readiness::Readiness(const KeyRefresher& keys, std::shared_ptr<grpc::Channel> users, std::shared_ptr<grpc::Channel> posts)
    : keys_(keys), users_(std::move(users)), posts_(std::move(posts)) {}

std::map<std::string, std::string> Readiness::Missing() const {
  std::map<std::string, std::string> missing;
  if (auto why_not = users_.WhyNot(); !why_not.empty()) missing.emplace("user-sync-service", std::move(why_not));
  if (auto why_not = posts_.WhyNot(); !why_not.empty()) missing.emplace("posts-service", std::move(why_not));
  if (!keys_.have_keys()) missing.emplace("session-keys", "not loaded");
  return missing;
}

}  // namespace inkwell::gateway
