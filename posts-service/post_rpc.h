#pragma once

#include <atomic>
#include <memory>

#include "posts-service/clock.h"
#include "posts-service/metrics.h"

namespace grpc {
class Service;
}

namespace inkwell::posts {

class PostExporter;
class PostReader;
class PostWriter;

// The gRPC service inkwell.posts.v1.PostService: reads who asks, checks the request by the rules, hands it to the reader, the
// exporter or the writer and turns the answer into a message. Nothing blocks gRPC's threads. While `serving` is false every call
// is UNAVAILABLE / DATABASE_UNAVAILABLE. Everything passed must outlive the server that it is given to.
[[nodiscard]] std::unique_ptr<grpc::Service> MakePostRpc(PostReader& reader, PostExporter& exporter, PostWriter& writer,
                                                         Metrics& metrics, Clock clock, const std::atomic<bool>& serving);

}  // namespace inkwell::posts
