#pragma once

#include <string>
#include <vector>

namespace inkwell::emulator {

// A button "Continue with …".
struct SocialProvider {
  std::string id;        // google
  std::string strategy;  // oauth_custom_google
  std::string name;      // Google
};

// What one sets in Clerk's dashboard.
struct InstanceSettings {
  std::string application_name = "Inkwell";
  bool single_session_mode = true;  // a browser has one session at a time
  bool organizations = true;
  std::vector<SocialProvider> social_providers;
};

}  // namespace inkwell::emulator
