#include "clerk-emulator/base/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace inkwell::emulator {
namespace {

using runtime::Code;
using runtime::Fail;
using runtime::Result;

tl::unexpected<runtime::Error> NotWritten(const std::filesystem::path& path, int error) {
  return Fail(Code::kUnavailable, "FILE_NOT_WRITTEN",
              path.string() + " could not be written: " + std::generic_category().message(error) + ".");
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Result<void> WriteFileAtomically(const std::filesystem::path& path, std::string_view content) {
  const auto temporary = path.string() + ".new";
  {
    const FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return NotWritten(path, errno);
    if (!WriteAll(file.get(), content) || ::fsync(file.get()) != 0) return NotWritten(path, errno);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return NotWritten(path, errno);
  const FileDescriptor directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) return NotWritten(path, errno);
  return {};
}

Result<std::optional<std::string>> ReadFile(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return std::optional<std::string>();
  std::string content;
  std::array<char, 65536> buffer;
  while (file.get() >= 0) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    if (got == 0) return std::optional<std::string>(std::move(content));
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return Fail(Code::kUnavailable, "FILE_NOT_READ",
              path.string() + " could not be read: " + std::generic_category().message(errno) + ".");
}

Result<FileDescriptor> LockDirectory(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::create_directories(directory, error)) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  }
  if (error) return NotWritten(directory, error.value());
  const auto path = directory / "lock";
  FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.get() < 0) return NotWritten(path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return Fail(Code::kFailedPrecondition, "DIRECTORY_IN_USE",
                "EMULATOR_DATA_DIR " + directory.string() + " is in use by another clerk-emulator.");
  }
  return lock;
}

Result<std::unique_ptr<Journal>> Journal::Open(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (file.get() < 0) return NotWritten(path, errno);
  return std::unique_ptr<Journal>(new Journal(std::move(file)));
}

Result<std::uint64_t> Journal::Append(std::string_view line) {
  std::string text;
  text.reserve(line.size() + 1);
  text.append(line).push_back('\n');
  const std::lock_guard lock(mutex_);
  if (broken_ || !WriteAll(file_.get(), text)) {
    broken_ = true;
    return NotWritten("The journal", errno);
  }
  return ++appended_;
}

Result<void> Journal::Sync(std::uint64_t position) {
  std::unique_lock lock(mutex_);
  while (synced_ < position && !broken_) {
    if (syncing_) {
      synced_changed_.wait(lock);
      continue;
    }
    syncing_ = true;
    const auto covered = appended_;
    lock.unlock();
    const bool done = ::fdatasync(file_.get()) == 0;
    lock.lock();
    syncing_ = false;
    if (done) synced_ = covered;
    broken_ = broken_ || !done;
    synced_changed_.notify_all();
  }
  if (synced_ < position) return NotWritten("The journal", EIO);
  return {};
}

}  // namespace inkwell::emulator
