#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "posts-service/batch.h"
#include "posts-service/fair_queue.h"
#include "posts-service/metrics.h"
#include "posts-service/post_repository.h"
#include "runtime/batch_queue.h"

namespace inkwell::posts {

// Carries out what reads posts: gets and lists that wait together go down in one statement each. Searches, which may look at
// every post of an author, have a queue of their own, so that they hold up nobody else; and so have lists of posts too heavy to
// be read together, which are then read one by one (docs/adr/0044). In both the authors take turns: one who types quickly waits
// for themselves only. Thread-safe, and nothing blocks the caller.
class PostReader final {
 public:
  struct Options {
    std::size_t workers = 2;
    std::size_t search_workers = 2;
    std::size_t heavy_list_workers = 1;
    std::size_t capacity = 4096;
    std::size_t max_batch = 64;
  };

  PostReader(PostRepository& posts, Metrics& metrics, Options options);

  void Get(Call call, PostKey key, Reply<Post> reply);
  void List(Call call, PostQuery query, Reply<PostPage> reply);
  void ListPublished(Call call, PostQuery query, Reply<PostPage> reply);

 private:
  using GetItem = Pending<PostKey, Post>;
  using ListItem = Pending<PostQuery, PostPage>;
  struct PublishedItem {
    ListItem list;
  };
  using Item = std::variant<GetItem, ListItem, PublishedItem>;
  struct HeavyItem {
    ListKind kind;
    ListItem list;
  };

  // On false there is no room, and the item is untouched.
  [[nodiscard]] bool Push(Item&& item);
  void Handle(std::vector<Item> batch);
  void HandleGets(std::vector<GetItem> items);
  void HandleLists(ListKind kind, std::vector<ListItem> items);
  void HandleHeavyList(HeavyItem item);
  void HandleSearch(ListItem item);

  PostRepository& posts_;
  Metrics& metrics_;
  FairQueue<ListItem> searches_;  // the queues last: their threads end before what they use
  FairQueue<HeavyItem> heavy_lists_;
  runtime::BatchQueue<Item> queue_;
};

}  // namespace inkwell::posts
