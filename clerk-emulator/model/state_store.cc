#include "clerk-emulator/model/state_store.h"

#include <string_view>
#include <variant>

#include "clerk-emulator/model/state_json.h"
#include "runtime/log.h"

namespace inkwell::emulator {
namespace {

using runtime::Result;

constexpr std::string_view kFileName = "state.jsonl";

Result<State> Replay(std::string_view content) {
  State state;
  while (true) {
    const auto end = content.find('\n');
    // The last line lacks its newline if the process was killed within the write: nobody was told that this step happened.
    if (end == std::string_view::npos) return state;
    auto changes = DecodeChanges(content.substr(0, end));
    if (!changes) return tl::unexpected(changes.error());
    for (auto& change : *changes) Apply(std::move(change), state);
    content.remove_prefix(end + 1);
  }
}

std::string Compact(const State& state) {
  std::string content;
  const auto add = [&content](Change change) { content += EncodeChanges({std::move(change)}) + "\n"; };
  for (const auto& [id, user] : state.users) add(user);
  for (const auto& [id, session] : state.sessions) add(session);
  for (const auto& [id, client] : state.clients) add(client);
  for (const auto& [id, organization] : state.organizations) add(organization);
  for (const auto& [sequence, message] : state.messages) add(message);
  return content;
}

}  // namespace

StateStore::StateStore(FileDescriptor lock, State state, std::unique_ptr<Journal> journal)
    : directory_lock_(std::move(lock)), state_(std::move(state)), journal_(std::move(journal)) {}

Result<std::unique_ptr<StateStore>> StateStore::Open(const std::filesystem::path& directory) {
  auto lock = LockDirectory(directory);
  if (!lock) return tl::unexpected(lock.error());
  const auto path = directory / kFileName;
  auto content = ReadFile(path);
  if (!content) return tl::unexpected(content.error());
  auto state = Replay(content->value_or(""));
  if (!state) {
    state.error().metadata["file"] = path.string();
    return tl::unexpected(state.error());
  }
  if (auto written = WriteFileAtomically(path, Compact(*state)); !written) return tl::unexpected(written.error());
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
  std::vector<std::uint64_t> sequences;
  for (const auto& change : changes) {
    if (const auto* message = std::get_if<WebhookMessage>(&change)) sequences.push_back(message->sequence);
  }
  if (!sequences.empty() && on_messages_) on_messages_(sequences);
}

}  // namespace inkwell::emulator
