#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace clerk {

struct CallOptions {
  // For the whole call with its retries; absent: the client's default.
  std::optional<std::chrono::milliseconds> timeout{};
  // Ends the call early with ApiFailure::kCancelled. What was sent may have had its effect all the same.
  std::stop_token cancel{};
};

// A file to upload. `name` and `content_type` are sent as given; neither may have a line break or a double quote in it.
struct UploadFile {
  std::string content{};
  std::string name = "file";
  std::string content_type = "application/octet-stream";
};

}  // namespace clerk
