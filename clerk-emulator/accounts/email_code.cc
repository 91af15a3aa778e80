#include "clerk-emulator/accounts/email_code.h"

#include <chrono>

namespace inkwell::emulator {
namespace {

constexpr std::chrono::minutes kCodeLifetime{10};
constexpr int kMaxAttempts = 10;

}  // namespace

Verification SendCode(std::string_view strategy, UnixMillis now) {
  Verification verification;
  verification.strategy = strategy;
  verification.expire_at = now + kCodeLifetime;
  return verification;
}

ClerkResult<void> CheckCode(std::string_view code, UnixMillis now, Verification& verification) {
  if (verification.strategy.empty()) return tl::unexpected(VerificationMissing());
  if (verification.status == VerificationStatus::kFailed) return tl::unexpected(VerificationFailed());
  if (now >= verification.expire_at) {
    verification.status = VerificationStatus::kExpired;
    return tl::unexpected(VerificationExpired());
  }
  ++verification.attempts;
  if (code == kEmailCode) {
    verification.status = VerificationStatus::kVerified;
    return {};
  }
  if (verification.attempts < kMaxAttempts) return tl::unexpected(CodeIncorrect());
  verification.status = VerificationStatus::kFailed;
  return tl::unexpected(VerificationFailed());
}

}  // namespace inkwell::emulator
