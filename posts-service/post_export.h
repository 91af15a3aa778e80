#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "posts-service/batch.h"
#include "posts-service/metrics.h"
#include "posts-service/post_repository.h"
#include "runtime/batch_queue.h"

namespace inkwell::posts {

// Reads all posts of an author, batch after batch, at the pace of whoever asks for them: between two batches an export holds no
// connection and no worker, so that many slow readers cost little, and each batch is its own statement, so that none keeps
// PostgreSQL from cleaning up. A post written or deleted meanwhile is in the export or not; no post is in it twice.
// Thread-safe, and nothing blocks the caller.
class PostExporter final {
 public:
  struct Options {
    std::size_t workers = 1;
    std::size_t max_exports = 64;
    std::size_t max_exports_of_author = 2;
  };

  // A place among the exports that are under way; gives it back when it is destroyed. The exporter must outlive it.
  class Place final {
   public:
    Place(PostExporter& exporter, std::string author_id) : exporter_(exporter), author_id_(std::move(author_id)) {}
    ~Place() { exporter_.Leave(author_id_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    PostExporter& exporter_;
    const std::string author_id_;
  };

  PostExporter(PostRepository& posts, Metrics& metrics, Options options);

  // UNAVAILABLE / OVERLOADED when there are as many exports as there may be, in all or of this author.
  [[nodiscard]] runtime::Result<std::unique_ptr<Place>> Enter(const std::string& author_id);
  // The next batch, for a holder of a place; empty at the end.
  void Next(Call call, PostScan scan, Reply<std::vector<Post>> reply);

 private:
  using Item = Pending<PostScan, std::vector<Post>>;

  void Leave(const std::string& author_id);
  void Handle(std::vector<Item> items);

  PostRepository& posts_;
  Metrics& metrics_;
  const Options options_;
  std::mutex mutex_;
  std::size_t exports_ = 0;                       // guarded by mutex_
  std::map<std::string, std::size_t> by_author_;  // guarded by mutex_
  runtime::BatchQueue<Item> queue_;               // last: its threads end before what they use
};

}  // namespace inkwell::posts
