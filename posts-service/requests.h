#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "runtime/call_context.h"
#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::posts {

// What travels with a request: who asks, until when, and whether they still wait.
struct Call {
  runtime::Principal principal;
  std::string request_id;  // for logs
  runtime::Deadline deadline;
  // Whether the caller went away. Called from any thread, until the reply was called.
  std::function<bool()> is_cancelled;
};

// Called exactly once, from any thread, after the effect is durable. Must not block.
template <typename T>
using Reply = std::function<void(runtime::Result<T>)>;

// The requests as they come, unchecked but for being valid UTF-8.
struct CreateRequest {
  std::string author_id;
  std::string title;
  std::optional<std::string> content;
  bool published = false;
  std::string post_id;          // empty: the service makes one
  std::string idempotency_key;  // empty: none
};

struct GetRequest {
  std::string author_id;
  std::string post_id;
};

struct ListRequest {
  std::string author_id;
  std::int32_t page_size = 0;
  std::string page_token;
  std::string query;
};

struct ListPublishedRequest {
  std::string author_id;
  std::int32_t page_size = 0;
  std::string page_token;
};

struct ExportRequest {
  std::string author_id;
};

struct UpdateRequest {
  std::string author_id;
  std::string post_id;
  std::optional<std::string> title;  // absent: unchanged
  bool sets_content = false;
  std::optional<std::string> content;
  std::optional<bool> published;  // absent: unchanged
  std::string etag;               // empty: whatever the version
};

struct DeleteRequest {
  std::string author_id;
  std::string post_id;
  std::string etag;
};

}  // namespace inkwell::posts
