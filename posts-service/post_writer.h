#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "posts-service/author_admission.h"
#include "posts-service/batch.h"
#include "posts-service/metrics.h"
#include "posts-service/post_repository.h"
#include "runtime/batch_queue.h"

namespace inkwell::posts {

// Carries out what changes posts. A few database workers each take what waits: the creations of a batch are one statement, so are
// the changes, and so are the removals; each caller is answered after the commit. Thread-safe, and nothing blocks the caller.
// Destroy it when every reply was called (the gRPC server waits for that), and before the admission.
class PostWriter final {
 public:
  struct Options {
    std::size_t workers = 2;
    std::size_t capacity = 4096;
    std::size_t max_batch = 64;
  };

  PostWriter(PostRepository& posts, AuthorAdmission& admission, Metrics& metrics, Options options);

  void Create(Call call, NewPost post, Reply<Post> reply);
  void Update(Call call, PostChange change, Reply<Post> reply);
  void Delete(Call call, PostRemoval removal, Reply<void> reply);

 private:
  struct CreateItem : Pending<NewPost, Post> {
    bool was_admitted = false;  // an unknown author was asked for already
  };
  using UpdateItem = Pending<PostChange, Post>;
  using DeleteItem = Pending<PostRemoval, void>;
  using Item = std::variant<CreateItem, UpdateItem, DeleteItem>;

  template <typename T>
  void Push(T item);
  void Handle(std::vector<Item> batch);
  void HandleCreates(std::vector<CreateItem> items);
  void HandleUpdates(std::vector<UpdateItem> items);
  void HandleDeletes(std::vector<DeleteItem> items);
  void Answer(CreateItem& item, NewPost post, runtime::Result<CreateOutcome> outcome);
  void AdmitAndRetry(CreateItem item, NewPost post);

  PostRepository& posts_;
  AuthorAdmission& admission_;
  Metrics& metrics_;
  runtime::BatchQueue<Item> queue_;  // last: its threads end before what they use
};

}  // namespace inkwell::posts
