#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "posts-service/author_repository.h"
#include "posts-service/post_repository.h"
#include "posts-service/post_rules.h"

namespace inkwell::posts {

// Authors and posts in memory, by the contract of the two ports; what the rules are tested against. Thread-safe.
class FakeStore final : public PostRepository, public AuthorRepository {
 public:
  // Called before each operation with its name; an error that it returns is the operation's.
  std::function<runtime::Result<void>(const std::string&, std::size_t items)> before;
  // Called before each search with its query.
  std::function<void(const PostQuery&)> before_search;
  // The change of this post fails alone, after those that came with it.
  std::optional<PostId> failing_alone;
  // The operations so far, in order.
  [[nodiscard]] std::vector<std::string> log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  [[nodiscard]] std::size_t CountOf(const std::string& operation) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(log_.begin(), log_.end(), operation));
  }
  [[nodiscard]] bool HasAuthor(const std::string& author_id) const {
    const std::lock_guard lock(mutex_);
    return authors_.contains(author_id);
  }

  runtime::Result<std::vector<CreateOutcome>> Create(std::span<const NewPost> posts, runtime::Deadline) override {
    return Perform<std::vector<CreateOutcome>>("Create", posts.size(), [&] {
      std::vector<CreateOutcome> outcomes;
      for (const NewPost& wanted : posts) outcomes.push_back(CreateOne(wanted));
      return outcomes;
    });
  }

  runtime::Result<std::vector<CreateOutcome>> CreateWithKeys(std::span<const NewPost> posts, runtime::Deadline) override {
    return Perform<std::vector<CreateOutcome>>("CreateWithKeys", posts.size(), [&] {
      std::vector<CreateOutcome> outcomes;
      for (const NewPost& wanted : posts) outcomes.push_back(CreateOneWithKey(wanted));
      return outcomes;
    });
  }

  runtime::Result<std::vector<std::optional<Post>>> Get(std::span<const PostKey> keys, runtime::Deadline) override {
    return Perform<std::vector<std::optional<Post>>>("Get", keys.size(), [&] {
      std::vector<std::optional<Post>> found;
      for (const PostKey& key : keys) found.push_back(Find(key));
      return found;
    });
  }

  runtime::Result<Lists> List(ListKind kind, std::span<const PostQuery> queries, runtime::Deadline) override {
    return Perform<Lists>("List", queries.size(), [&] {
      Lists found;
      for (const PostQuery& query : queries) {
        found.emplace_back(Select(query, kind));
        const auto is_heavy = [&](const Post& post) {
          return post.content.value_or("").size() > static_cast<std::size_t>(ShareOfPost(queries));
        };
        if (std::any_of(found.back()->begin(), found.back()->end(), is_heavy)) found.back().reset();
      }
      return found;
    });
  }

  runtime::Result<std::vector<Post>> ListAlone(ListKind kind, const PostQuery& query, runtime::Deadline) override {
    return Perform<std::vector<Post>>("ListAlone", 1, [&] { return CutByWeight(Select(query, kind), query.max_bytes); });
  }

  runtime::Result<std::vector<Post>> Scan(const PostScan& scan, runtime::Deadline) override {
    return Perform<std::vector<Post>>("Scan", 1, [&] {
      std::vector<Post> found;
      std::size_t weight = 0;
      for (const auto& [key, post] : posts_) {
        if (post.author_id != scan.author_id || post.id <= scan.after) continue;
        if (found.size() >= static_cast<std::size_t>(scan.limit) || weight >= static_cast<std::size_t>(scan.max_bytes)) break;
        weight += post.title.size() + post.content.value_or("").size();
        found.push_back(post);
      }
      return found;
    });
  }

  runtime::Result<std::vector<Post>> Search(const PostQuery& query, runtime::Deadline) override {
    if (before_search) before_search(query);
    return Perform<std::vector<Post>>("Search", 1, [&] { return CutByWeight(Select(query, ListKind::kAll), query.max_bytes); });
  }

  runtime::Result<std::vector<ChangeOutcome>> Update(std::span<const PostChange> changes, runtime::Deadline) override {
    return Perform<std::vector<ChangeOutcome>>("Update", changes.size(), [&] {
      std::vector<ChangeOutcome> outcomes;
      for (const PostChange& change : changes) {
        auto outcome = Check(change.key, change.expected_version);
        if (change.key.id == failing_alone) {
          outcome = {
              ChangeOutcome::Kind::kFailed, {}, runtime::Error{runtime::Code::kUnavailable, "DATABASE_UNAVAILABLE", "", {}}};
        }
        if (outcome.kind == ChangeOutcome::Kind::kDone) {
          Post& post = posts_.at({change.key.author_id, change.key.id});
          if (change.title) post.title = *change.title;
          if (change.sets_content) post.content = change.content;
          if (change.published) post.published = *change.published;
          post.update_time = std::max(change.now, post.update_time + std::chrono::microseconds(1));
          outcome.post = post;
        }
        outcomes.push_back(outcome);
      }
      return outcomes;
    });
  }

  runtime::Result<std::vector<ChangeOutcome>> Delete(std::span<const PostRemoval> removals, runtime::Deadline) override {
    return Perform<std::vector<ChangeOutcome>>("Delete", removals.size(), [&] {
      std::vector<ChangeOutcome> outcomes;
      for (const PostRemoval& removal : removals) {
        outcomes.push_back(Check(removal.key, removal.expected_version));
        if (outcomes.back().kind == ChangeOutcome::Kind::kDone) posts_.erase({removal.key.author_id, removal.key.id});
      }
      return outcomes;
    });
  }

  runtime::Result<std::int64_t> ForgetKeys(Timestamp before_time, int limit, runtime::Deadline) override {
    return Perform<std::int64_t>("ForgetKeys", 1, [&] {
      std::int64_t forgotten = 0;
      for (auto key = keys_.begin(); key != keys_.end() && forgotten < limit;) {
        const bool is_old = key->second.created < before_time;
        key = is_old ? keys_.erase(key) : std::next(key);
        forgotten += is_old ? 1 : 0;
      }
      return forgotten;
    });
  }

  runtime::Result<std::vector<AuthorRow>> AddUnconfirmed(std::span<const std::string> author_ids, runtime::Deadline) override {
    return Perform<std::vector<AuthorRow>>("AddUnconfirmed", author_ids.size(), [&] {
      std::vector<AuthorRow> rows;
      for (const std::string& author_id : author_ids) {
        const Author& author = authors_.try_emplace(author_id, Author{false, false, next_incarnation_++, 0}).first->second;
        rows.push_back({author_id, author.incarnation, author.confirmed});
      }
      return rows;
    });
  }

  runtime::Result<std::vector<bool>> Confirm(std::span<const Confirmation> confirmations, runtime::Deadline) override {
    return Perform<std::vector<bool>>("Confirm", confirmations.size(), [&] {
      std::vector<bool> confirmed;
      for (const Confirmation& confirmation : confirmations) {
        const auto author = authors_.find(confirmation.author_id);
        if (author != authors_.end() && author->second.incarnation == confirmation.incarnation && !author->second.confirmed) {
          author->second.confirmed = true;
          author->second.banned = confirmation.banned;
        }
        confirmed.push_back(author != authors_.end() && author->second.confirmed);
      }
      return confirmed;
    });
  }

  runtime::Result<void> RemoveUnconfirmed(std::span<const AuthorRow> rows, runtime::Deadline) override {
    return PerformVoid("RemoveUnconfirmed", [&] {
      for (const AuthorRow& row : rows) {
        RemoveIf(row, [](const Author& author) { return !author.confirmed; });
      }
    });
  }

  // Every unconfirmed row counts as old enough.
  runtime::Result<std::vector<AuthorRow>> FindUnconfirmed(std::chrono::seconds, const std::string& after, int limit,
                                                          runtime::Deadline) override {
    return Perform<std::vector<AuthorRow>>(
        "FindUnconfirmed", 1, [&] { return FindAuthors(after, limit, [](const Author& a) { return !a.confirmed; }); });
  }

  runtime::Result<FollowState> ReadFollowState(runtime::Deadline) override {
    return Perform<FollowState>("ReadFollowState", 1, [&] { return state_; });
  }

  runtime::Result<bool> ApplyChanges(const FollowState& state, const UserChanges& changes, runtime::Deadline) override {
    return Perform<bool>("ApplyChanges", changes.users.size(), [&] {
      if (state.cursor != state_.cursor) return false;
      state_.cursor = changes.cursor;
      for (const UserChange& user : changes.users) {
        if (user.deleted) {
          RemoveAuthor(user.user_id);
        } else {
          Author& author = authors_.try_emplace(user.user_id, Author{false, false, next_incarnation_++, 0}).first->second;
          author = {user.banned, true, author.incarnation, state_.resync};
        }
      }
      return true;
    });
  }

  runtime::Result<bool> BeginResync(const FollowState& state, runtime::Deadline) override {
    return Perform<bool>("BeginResync", 1, [&] {
      if (state.cursor != state_.cursor) return false;
      state_ = {"", state_.resync + 1, false};
      return true;
    });
  }

  runtime::Result<std::int64_t> CountAuthors(runtime::Deadline) override {
    return Perform<std::int64_t>("CountAuthors", 1, [&] { return static_cast<std::int64_t>(authors_.size()); });
  }

  runtime::Result<std::vector<AuthorRow>> FindUnseen(std::int64_t resync, const std::string& after, int limit,
                                                     runtime::Deadline) override {
    return Perform<std::vector<AuthorRow>>("FindUnseen", 1, [&] {
      return FindAuthors(after, limit, [&](const Author& a) { return a.confirmed && a.resync < resync; });
    });
  }

  runtime::Result<void> MarkSeen(const AuthorRow& row, std::int64_t resync, runtime::Deadline) override {
    return PerformVoid("MarkSeen", [&] {
      const auto author = authors_.find(row.author_id);
      if (author != authors_.end() && author->second.incarnation == row.incarnation) author->second.resync = resync;
    });
  }

  runtime::Result<void> RemoveUnseen(const AuthorRow& row, std::int64_t resync, runtime::Deadline) override {
    return PerformVoid("RemoveUnseen", [&] { RemoveIf(row, [&](const Author& author) { return author.resync < resync; }); });
  }

  runtime::Result<void> FinishResync(std::int64_t resync, runtime::Deadline) override {
    return PerformVoid("FinishResync", [&] {
      if (state_.resync == resync) state_.settled = true;
    });
  }

 private:
  struct Author {
    bool banned = false;
    bool confirmed = false;
    std::int64_t incarnation = 0;
    std::int64_t resync = 0;
  };
  struct Key {
    std::string request_hash;
    PostId post_id;
    Timestamp created;
  };

  template <typename T, typename Body>
  runtime::Result<T> Perform(const std::string& operation, std::size_t items, Body body) {
    if (before) {
      if (auto refused = before(operation, items); !refused) return tl::unexpected<runtime::Error>(refused.error());
    }
    const std::lock_guard lock(mutex_);
    log_.push_back(operation);
    return body();
  }

  template <typename Body>
  runtime::Result<void> PerformVoid(const std::string& operation, Body body) {
    const auto done = Perform<bool>(operation, 1, [&] {
      body();
      return true;
    });
    if (!done) return tl::unexpected<runtime::Error>(done.error());
    return {};
  }

  std::optional<Post> Find(const PostKey& key) const {
    const auto post = posts_.find({key.author_id, key.id});
    if (post == posts_.end()) return std::nullopt;
    return post->second;
  }

  std::optional<CreateOutcome> CheckWriter(const std::string& author_id) const {
    const auto author = authors_.find(author_id);
    if (author == authors_.end() || !author->second.confirmed) return CreateOutcome{CreateOutcome::Kind::kUnknownAuthor, {}, {}};
    if (author->second.banned) return CreateOutcome{CreateOutcome::Kind::kBannedAuthor, {}, {}};
    return std::nullopt;
  }

  CreateOutcome CreateOne(const NewPost& wanted) {
    if (auto refused = CheckWriter(wanted.post.author_id)) return *refused;
    const auto [post, is_new] = posts_.try_emplace({wanted.post.author_id, wanted.post.id}, wanted.post);
    if (is_new) return {CreateOutcome::Kind::kCreated, {}, {}};
    return {CreateOutcome::Kind::kIdTaken, post->second, {}};
  }

  CreateOutcome CreateOneWithKey(const NewPost& wanted) {
    if (auto refused = CheckWriter(wanted.post.author_id)) return *refused;
    const auto name = std::pair(wanted.post.author_id, wanted.idempotency->key);
    const auto key = keys_.find(name);
    if (key != keys_.end() && key->second.created >= wanted.now - kIdempotencyKeyLife) {
      return {CreateOutcome::Kind::kKeyTaken, Find({wanted.post.author_id, key->second.post_id}), key->second.request_hash};
    }
    CreateOutcome outcome = CreateOne(wanted);
    if (outcome.kind == CreateOutcome::Kind::kCreated) {
      keys_[name] = {wanted.idempotency->request_hash, wanted.post.id, wanted.now};
    }
    return outcome;
  }

  static std::vector<Post> CutByWeight(std::vector<Post> posts, std::int64_t max_bytes) {
    std::size_t weight = 0;
    std::size_t count = 0;
    while (count < posts.size() && weight <= static_cast<std::size_t>(max_bytes)) {
      weight += posts[count].title.size() + posts[count].content.value_or("").size();
      ++count;
    }
    posts.resize(count);
    return posts;
  }

  std::vector<Post> Select(const PostQuery& query, ListKind kind) const {
    const auto lower = [](std::string text) {
      std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
      return text;
    };
    std::vector<Post> found;
    for (auto post = posts_.rbegin(); post != posts_.rend() && found.size() < static_cast<std::size_t>(query.limit); ++post) {
      const Post& p = post->second;
      if (p.author_id != query.author_id || p.id >= query.before || (kind == ListKind::kPublished && !p.published)) continue;
      const bool matches = query.query.empty() || kind == ListKind::kPublished ||
                           lower(p.title).find(lower(query.query)) != std::string::npos ||
                           lower(p.content.value_or("")).find(lower(query.query)) != std::string::npos;
      if (matches) found.push_back(p);
    }
    return found;
  }

  ChangeOutcome Check(const PostKey& key, const std::optional<Timestamp>& expected) const {
    const auto author = authors_.find(key.author_id);
    if (author != authors_.end() && author->second.banned) return {ChangeOutcome::Kind::kBannedAuthor, {}, {}};
    const auto post = Find(key);
    if (!post) return {ChangeOutcome::Kind::kNotFound, {}, {}};
    if (expected && *expected != post->update_time) return {ChangeOutcome::Kind::kVersionMismatch, {}, {}};
    return {ChangeOutcome::Kind::kDone, {}, {}};
  }

  template <typename Condition>
  std::vector<AuthorRow> FindAuthors(const std::string& after, int limit, Condition condition) const {
    std::vector<AuthorRow> rows;
    for (const auto& [author_id, author] : authors_) {
      if (author_id > after && condition(author) && rows.size() < static_cast<std::size_t>(limit)) {
        rows.push_back({author_id, author.incarnation, author.confirmed});
      }
    }
    return rows;
  }

  template <typename Condition>
  void RemoveIf(const AuthorRow& row, Condition condition) {
    const auto author = authors_.find(row.author_id);
    if (author != authors_.end() && author->second.incarnation == row.incarnation && condition(author->second)) {
      RemoveAuthor(row.author_id);
    }
  }

  void RemoveAuthor(const std::string& author_id) {
    authors_.erase(author_id);
    std::erase_if(posts_, [&](const auto& post) { return post.first.first == author_id; });
    std::erase_if(keys_, [&](const auto& key) { return key.first.first == author_id; });
  }

  mutable std::mutex mutex_;
  std::vector<std::string> log_;
  std::map<std::string, Author> authors_;
  std::map<std::pair<std::string, PostId>, Post> posts_;
  std::map<std::pair<std::string, std::string>, Key> keys_;
  std::int64_t next_incarnation_ = 1;
  FollowState state_;
};

}  // namespace inkwell::posts
