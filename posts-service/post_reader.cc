#include "posts-service/post_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "posts-service/errors.h"
#include "posts-service/page_token.h"

namespace inkwell::posts {
namespace {

using runtime::Result;
using Failure = tl::unexpected<runtime::Error>;

// How many of the posts fit on one page: at least one.
std::size_t CountThatFits(const std::vector<Post>& posts, std::size_t page_size, std::size_t max_bytes) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < posts.size() && count < page_size) {
    bytes += posts[count].title.size() + (posts[count].content ? posts[count].content->size() : 0);
    if (count > 0 && bytes > max_bytes) break;
    ++count;
  }
  return count;
}

// The repository is asked for one post more than the page holds: it tells whether there is a next page.
PostPage MakePage(std::vector<Post> posts, const PostQuery& query) {
  const std::size_t page_size =
      CountThatFits(posts, static_cast<std::size_t>(query.limit) - 1, static_cast<std::size_t>(query.max_bytes));
  PostPage page;
  if (posts.size() > page_size) {
    posts.resize(page_size);
    page.next_page_token = MakePageToken(posts.back().id, query.author_id, query.query);
  }
  page.posts = std::move(posts);
  return page;
}

// Carries out one query by itself: `run(query, deadline)`.
template <typename Item, typename Run>
void AnswerAlone(Item& item, const Run& run) {
  if (AnswerIfAbandoned(item)) return;
  auto found = run(item.request, item.call.deadline);
  if (!found) return item.reply(Failure(FromDatabase(found.error(), item.call.request_id)));
  item.reply(MakePage(*std::move(found), item.request));
}

}  // namespace

PostReader::PostReader(PostRepository& posts, Metrics& metrics, Options options)
    : posts_(posts),
      metrics_(metrics),
      searches_({.workers = options.search_workers, .capacity = options.capacity},
                [this](ListItem item) { HandleSearch(std::move(item)); }),
      heavy_lists_({.workers = options.heavy_list_workers, .capacity = options.capacity},
                   [this](HeavyItem item) { HandleHeavyList(std::move(item)); }),
      queue_({.workers = options.workers, .capacity = options.capacity, .max_batch = options.max_batch},
             [this](std::vector<Item> batch) { Handle(std::move(batch)); }) {}

void PostReader::Get(Call call, PostKey key, Reply<Post> reply) {
  Item item(GetItem{std::move(call), std::move(key), std::move(reply)});
  // NOLINTNEXTLINE(bugprone-use-after-move): an item that is not taken is untouched
  if (!Push(std::move(item))) std::get<GetItem>(item).reply(Failure(Overloaded()));
}

void PostReader::List(Call call, PostQuery query, Reply<PostPage> reply) {
  ++query.limit;
  ListItem item{std::move(call), std::move(query), std::move(reply)};
  if (!item.request.query.empty()) {
    const std::string author_id = item.request.author_id;
    metrics_.Queued(QueueName::kSearches);
    if (searches_.TryPush(author_id, std::move(item))) return;
    metrics_.Refused(QueueName::kSearches);
    item.reply(Failure(Overloaded()));  // NOLINT(bugprone-use-after-move): as above
    return;
  }
  Item queued(std::move(item));
  // NOLINTNEXTLINE(bugprone-use-after-move): as above
  if (!Push(std::move(queued))) std::get<ListItem>(queued).reply(Failure(Overloaded()));
}

void PostReader::ListPublished(Call call, PostQuery query, Reply<PostPage> reply) {
  ++query.limit;
  Item item(PublishedItem{{std::move(call), std::move(query), std::move(reply)}});
  // NOLINTNEXTLINE(bugprone-use-after-move): as above
  if (!Push(std::move(item))) std::get<PublishedItem>(item).list.reply(Failure(Overloaded()));
}

bool PostReader::Push(Item&& item) {
  metrics_.Queued(QueueName::kReads);
  if (queue_.TryPush(std::move(item))) return true;
  metrics_.Refused(QueueName::kReads);
  return false;
}

void PostReader::Handle(std::vector<Item> batch) {
  metrics_.BatchTaken(QueueName::kReads, batch.size());
  std::vector<GetItem> gets;
  std::vector<ListItem> lists;
  std::vector<ListItem> published;
  for (Item& item : batch) {
    if (auto* get = std::get_if<GetItem>(&item)) gets.push_back(std::move(*get));
    if (auto* list = std::get_if<ListItem>(&item)) lists.push_back(std::move(*list));
    if (auto* list = std::get_if<PublishedItem>(&item)) published.push_back(std::move(list->list));
  }
  if (!gets.empty()) HandleGets(std::move(gets));
  if (!lists.empty()) HandleLists(ListKind::kAll, std::move(lists));
  if (!published.empty()) HandleLists(ListKind::kPublished, std::move(published));
}

void PostReader::HandleGets(std::vector<GetItem> items) {
  RunTogether(
      std::move(items), [this](std::span<const PostKey> keys, runtime::Deadline deadline) { return posts_.Get(keys, deadline); },
      [](GetItem& item, PostKey&&, Result<std::optional<Post>> found) {
        if (!found) return item.reply(Failure(FromDatabase(found.error(), item.call.request_id)));
        if (!*found) return item.reply(Failure(PostNotFound()));
        item.reply(**std::move(found));
      });
}

void PostReader::HandleLists(ListKind kind, std::vector<ListItem> items) {
  RunTogether(
      std::move(items),
      [this, kind](std::span<const PostQuery> queries, runtime::Deadline deadline) {
        return posts_.List(kind, queries, deadline);
      },
      [this, kind](ListItem& item, PostQuery&& query, Result<std::optional<std::vector<Post>>> found) {
        if (!found) return item.reply(Failure(FromDatabase(found.error(), item.call.request_id)));
        if (*found) return item.reply(MakePage(**std::move(found), query));
        // Apart, so that whoever reads what is published does not stand in the author's own way.
        const std::string owner = (kind == ListKind::kPublished ? "published " : "own ") + query.author_id;
        HeavyItem heavy{kind, {std::move(item.call), std::move(query), std::move(item.reply)}};
        metrics_.Queued(QueueName::kHeavyLists);
        if (heavy_lists_.TryPush(owner, std::move(heavy))) return;
        metrics_.Refused(QueueName::kHeavyLists);
        heavy.list.reply(Failure(Overloaded()));  // NOLINT(bugprone-use-after-move): as above
      });
}

void PostReader::HandleHeavyList(HeavyItem item) {
  metrics_.BatchTaken(QueueName::kHeavyLists, 1);
  AnswerAlone(item.list,
              [&](const PostQuery& query, runtime::Deadline deadline) { return posts_.ListAlone(item.kind, query, deadline); });
}

void PostReader::HandleSearch(ListItem item) {
  metrics_.BatchTaken(QueueName::kSearches, 1);
  AnswerAlone(item, [&](const PostQuery& query, runtime::Deadline deadline) { return posts_.Search(query, deadline); });
}

}  // namespace inkwell::posts
