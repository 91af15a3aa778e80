#pragma once

#include <string_view>

namespace clerk::http {

// The version of Clerk's APIs that this SDK speaks: header Clerk-API-Version, and a parameter of the handshake.
inline constexpr std::string_view kApiVersion = "2026-05-12";

// The product token of the SDK.
inline constexpr std::string_view kUserAgent = "clerk-cpp/" CLERK_VERSION;

}  // namespace clerk::http
