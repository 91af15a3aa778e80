#include "posts-service/post_export.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "posts-service/errors.h"

namespace inkwell::posts {
namespace {

using Failure = tl::unexpected<runtime::Error>;

// An export may take minutes, one batch of it may not.
constexpr std::chrono::milliseconds kBatchTimeout{5000};

}  // namespace

PostExporter::PostExporter(PostRepository& posts, Metrics& metrics, Options options)
    : posts_(posts),
      metrics_(metrics),
      options_(options),
      // Each export waits for one batch at most, so the queue has room for all of them.
      queue_({.workers = options.workers, .capacity = options.max_exports, .max_batch = 1},
             [this](std::vector<Item> items) { Handle(std::move(items)); }) {}

runtime::Result<std::unique_ptr<PostExporter::Place>> PostExporter::Enter(const std::string& author_id) {
  const std::lock_guard lock(mutex_);
  std::size_t& of_author = by_author_[author_id];
  if (exports_ >= options_.max_exports || of_author >= options_.max_exports_of_author) {
    if (of_author == 0) by_author_.erase(author_id);
    return Failure(Overloaded());
  }
  ++exports_;
  ++of_author;
  return std::make_unique<Place>(*this, author_id);
}

void PostExporter::Leave(const std::string& author_id) {
  const std::lock_guard lock(mutex_);
  --exports_;
  const auto of_author = by_author_.find(author_id);
  if (--of_author->second == 0) by_author_.erase(of_author);
}

void PostExporter::Next(Call call, PostScan scan, Reply<std::vector<Post>> reply) {
  Item item{std::move(call), std::move(scan), std::move(reply)};
  metrics_.Queued(QueueName::kExports);
  if (queue_.TryPush(std::move(item))) return;
  metrics_.Refused(QueueName::kExports);
  item.reply(Failure(Overloaded()));  // NOLINT(bugprone-use-after-move): an item that is not taken is untouched
}

void PostExporter::Handle(std::vector<Item> items) {
  metrics_.BatchTaken(QueueName::kExports, items.size());
  DropAbandoned(items);
  for (Item& item : items) {
    auto found = posts_.Scan(item.request, std::min(item.call.deadline, runtime::DeadlineAfter(kBatchTimeout)));
    if (!found) {
      item.reply(Failure(FromDatabase(found.error(), item.call.request_id)));
    } else {
      item.reply(*std::move(found));
    }
  }
}

}  // namespace inkwell::posts
