#include "posts-service/post_writer.h"

#include <memory>
#include <tuple>
#include <utility>

#include "posts-service/errors.h"
#include "posts-service/post_rules.h"

namespace inkwell::posts {
namespace {

using runtime::Result;
using Failure = tl::unexpected<runtime::Error>;

auto OrderOf(const PostKey& key) { return std::tie(key.author_id, key.id); }

// The post of a repeated creation, if it is the same creation.
Result<Post> Repeated(const NewPost& wanted, CreateOutcome outcome) {
  if (outcome.kind == CreateOutcome::Kind::kKeyTaken) {
    if (outcome.request_hash != wanted.idempotency->request_hash) return Failure(IdempotencyKeyReused());
    if (!outcome.existing) return Failure(PostNotFound());  // made by this key, and deleted since
    return *std::move(outcome.existing);
  }
  if (!SameContent(wanted.post, *outcome.existing)) return Failure(PostIdReused());
  return *std::move(outcome.existing);
}

// Nothing if the change is done.
std::optional<runtime::Error> ErrorOf(const Result<ChangeOutcome>& outcome, const std::string& request_id) {
  if (!outcome) return FromDatabase(outcome.error(), request_id);
  switch (outcome->kind) {
    case ChangeOutcome::Kind::kDone:
      return std::nullopt;
    case ChangeOutcome::Kind::kNotFound:
      return PostNotFound();
    case ChangeOutcome::Kind::kBannedAuthor:
      return UserBanned();
    case ChangeOutcome::Kind::kVersionMismatch:
      return EtagMismatch();
    case ChangeOutcome::Kind::kFailed:
      break;
  }
  return FromDatabase(*outcome->error, request_id);
}

}  // namespace

PostWriter::PostWriter(PostRepository& posts, AuthorAdmission& admission, Metrics& metrics, Options options)
    : posts_(posts),
      admission_(admission),
      metrics_(metrics),
      queue_({.workers = options.workers, .capacity = options.capacity, .max_batch = options.max_batch},
             [this](std::vector<Item> batch) { Handle(std::move(batch)); }) {}

void PostWriter::Create(Call call, NewPost post, Reply<Post> reply) {
  Push(CreateItem{{std::move(call), std::move(post), std::move(reply)}, false});
}

void PostWriter::Update(Call call, PostChange change, Reply<Post> reply) {
  Push(UpdateItem{std::move(call), std::move(change), std::move(reply)});
}

void PostWriter::Delete(Call call, PostRemoval removal, Reply<void> reply) {
  Push(DeleteItem{std::move(call), std::move(removal), std::move(reply)});
}

template <typename T>
void PostWriter::Push(T item) {
  Item queued(std::move(item));
  metrics_.Queued(QueueName::kWrites);
  if (queue_.TryPush(std::move(queued))) return;
  metrics_.Refused(QueueName::kWrites);
  std::get<T>(queued).reply(Failure(Overloaded()));  // NOLINT(bugprone-use-after-move): an item that is not taken is untouched
}

void PostWriter::Handle(std::vector<Item> batch) {
  metrics_.BatchTaken(QueueName::kWrites, batch.size());
  std::vector<CreateItem> creates;
  std::vector<UpdateItem> updates;
  std::vector<DeleteItem> deletes;
  for (Item& item : batch) {
    if (auto* create = std::get_if<CreateItem>(&item)) creates.push_back(std::move(*create));
    if (auto* update = std::get_if<UpdateItem>(&item)) updates.push_back(std::move(*update));
    if (auto* removal = std::get_if<DeleteItem>(&item)) deletes.push_back(std::move(*removal));
  }
  if (!creates.empty()) HandleCreates(std::move(creates));
  if (!updates.empty()) HandleUpdates(std::move(updates));
  if (!deletes.empty()) HandleDeletes(std::move(deletes));
}

void PostWriter::HandleCreates(std::vector<CreateItem> items) {
  std::vector<CreateItem> plain;
  std::vector<CreateItem> keyed;
  for (CreateItem& item : items) (item.request.idempotency ? keyed : plain).push_back(std::move(item));
  const auto answer = [this](CreateItem& item, NewPost&& post, Result<CreateOutcome> outcome) {
    Answer(item, std::move(post), std::move(outcome));
  };
  RunInWaves(
      std::move(plain),
      [](const NewPost& a, const NewPost& b) {
        return std::tie(a.post.author_id, a.post.id) < std::tie(b.post.author_id, b.post.id);
      },
      [this](std::span<const NewPost> posts, runtime::Deadline deadline) { return posts_.Create(posts, deadline); }, answer);
  RunInWaves(
      std::move(keyed),
      [](const NewPost& a, const NewPost& b) {
        return std::tie(a.post.author_id, a.idempotency->key) < std::tie(b.post.author_id, b.idempotency->key);
      },
      [this](std::span<const NewPost> posts, runtime::Deadline deadline) { return posts_.CreateWithKeys(posts, deadline); },
      answer);
}

void PostWriter::Answer(CreateItem& item, NewPost post, Result<CreateOutcome> outcome) {
  if (!outcome) return item.reply(Failure(FromDatabase(outcome.error(), item.call.request_id)));
  switch (outcome->kind) {
    case CreateOutcome::Kind::kCreated:
      return item.reply(std::move(post.post));
    case CreateOutcome::Kind::kUnknownAuthor:
      if (item.was_admitted) return item.reply(Failure(UserNotFound()));
      return AdmitAndRetry(std::move(item), std::move(post));
    case CreateOutcome::Kind::kBannedAuthor:
      return item.reply(Failure(UserBanned()));
    case CreateOutcome::Kind::kIdTaken:
    case CreateOutcome::Kind::kKeyTaken:
      return item.reply(Repeated(post, *std::move(outcome)));
  }
}

void PostWriter::AdmitAndRetry(CreateItem item, NewPost post) {
  const std::string author_id = post.post.author_id;
  const std::string request_id = item.call.request_id;
  item.request = std::move(post);
  item.was_admitted = true;
  // std::function wants what it holds to be copyable; only one of the copies is ever called.
  auto shared = std::make_shared<CreateItem>(std::move(item));
  admission_.Admit(author_id, request_id, [this, shared](Result<void> admitted) {
    if (!admitted) return shared->reply(Failure(std::move(admitted).error()));
    Push(std::move(*shared));
  });
}

void PostWriter::HandleUpdates(std::vector<UpdateItem> items) {
  RunInWaves(
      std::move(items), [](const PostChange& a, const PostChange& b) { return OrderOf(a.key) < OrderOf(b.key); },
      [this](std::span<const PostChange> changes, runtime::Deadline deadline) { return posts_.Update(changes, deadline); },
      [](UpdateItem& item, PostChange&&, Result<ChangeOutcome> outcome) {
        if (const auto error = ErrorOf(outcome, item.call.request_id)) return item.reply(Failure(*error));
        item.reply(*std::move(outcome->post));
      });
}

void PostWriter::HandleDeletes(std::vector<DeleteItem> items) {
  RunInWaves(
      std::move(items), [](const PostRemoval& a, const PostRemoval& b) { return OrderOf(a.key) < OrderOf(b.key); },
      [this](std::span<const PostRemoval> removals, runtime::Deadline deadline) { return posts_.Delete(removals, deadline); },
      [](DeleteItem& item, PostRemoval&&, const Result<ChangeOutcome>& outcome) {
        if (const auto error = ErrorOf(outcome, item.call.request_id)) return item.reply(Failure(*error));
        item.reply({});
      });
}

}  // namespace inkwell::posts
