#pragma once

#include <grpcpp/support/server_callback.h>

#include <chrono>

#include "inkwell/posts/v1/posts.pb.h"
#include "posts-service/metrics.h"
#include "posts-service/post.h"
#include "posts-service/post_export.h"
#include "runtime/call_context.h"

namespace inkwell::posts {

// An export without a deadline, or with a longer one, gets this: a reader that takes 100,000 posts at 1 MB/s is served.
inline constexpr std::chrono::milliseconds kMaxExportTimeout{std::chrono::minutes(10)};

// The call ExportPosts: sends batch after batch, each when the one before was taken, so that a slow reader holds one batch and no
// thread. Owns itself until the call is over; the arguments must outlive it. `scan` passed the rules.
[[nodiscard]] grpc::ServerWriteReactor<v1::ExportPostsResponse>* StartExport(grpc::CallbackServerContext& context,
                                                                             runtime::CallContext call, PostScan scan,
                                                                             PostExporter& exporter, Metrics& metrics);

// A call that ends before it began.
[[nodiscard]] grpc::ServerWriteReactor<v1::ExportPostsResponse>* RefuseExport(const runtime::Error& error, Metrics& metrics);

}  // namespace inkwell::posts
