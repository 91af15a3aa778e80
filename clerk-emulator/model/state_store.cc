#include "clerk-emulator/model/state_store.h"

#include <string_view>
#include <variant>

#include "clerk-emulator/model/state_json.h"
#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

using runtime::Result;

constexpr std::string_view kFileName = "state.jsonl";

}  // namespace

StateStore::StateStore(FileDescriptor lock, State state, std::unique_ptr<Journal> journal)
    : directory_lock_(std::move(lock)), state_(std::move(state)), journal_(std::move(journal)) {}

Result<std::unique_ptr<StateStore>> StateStore::Open(const std::filesystem::path& directory) {
  auto lock = LockDirectory(directory);
  if (!lock) return tl::unexpected(lock.error());
  const auto path = directory / kFileName;
  auto content = ReadFile(path);
  if (!content) return tl::unexpected(content.error());
  auto state = DecodeState(content->value_or(""));
  if (!state) {
    state.error().metadata["file"] = path.string();
    return tl::unexpected(state.error());
  }
  if (auto written = WriteFileAtomically(path, EncodeState(*state)); !written) return tl::unexpected(written.error());
  auto journal = Journal::Open(path);
  if (!journal) return tl::unexpected(journal.error());
  return std::unique_ptr<StateStore>(new StateStore(std::move(*lock), std::move(*state), std::move(*journal)));
}

bool StateStore::Take(const Changes& changes, std::uint64_t& position) {
  if (changes.empty()) return true;
  const auto appended = journal_->Append(EncodeChanges(changes));
  if (!appended) {
    runtime::log::Error("state not written", {{"reason", appended.error().message}});
    return false;
  }
  position = *appended;
  for (const auto& change : changes) Apply(change, state_);
  return true;
}

bool StateStore::Sync(std::uint64_t position) {
  const auto synced = journal_->Sync(position);
  if (!synced) runtime::log::Error("state not synced", {{"reason", synced.error().message}});
  return synced.has_value();
}

void StateStore::Announce(const Changes& changes) const {
  std::vector<MessageProgress> added;
  for (const auto& change : changes) {
    const auto* message = std::get_if<WebhookMessage>(&change);
    if (message != nullptr && message->progress.state == MessageState::kPending) added.push_back(message->progress);
  }
  if (!added.empty() && on_messages_) on_messages_(added);
}

}  // namespace inkwell::emulator
