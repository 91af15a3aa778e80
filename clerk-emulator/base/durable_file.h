#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/error.h"

namespace inkwell::emulator {

// Owns a file descriptor.
class FileDescriptor final {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&&) = delete;

  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Replaces the file so that a crash at any moment leaves the old content or the new one: temporary file, fsync, rename, fsync of
// the directory. Mode 0600. Fails with UNAVAILABLE / FILE_NOT_WRITTEN.
[[nodiscard]] runtime::Result<void> WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// The whole file, or nothing if there is none. Fails with UNAVAILABLE / FILE_NOT_READ.
[[nodiscard]] runtime::Result<std::optional<std::string>> ReadFile(const std::filesystem::path& path);

// Makes the directory (0700) and takes its lock, which lasts as long as what is returned: two emulators on one state would each
// overwrite what the other promised. Fails with FAILED_PRECONDITION / DIRECTORY_IN_USE or UNAVAILABLE / FILE_NOT_WRITTEN.
[[nodiscard]] runtime::Result<FileDescriptor> LockDirectory(const std::filesystem::path& directory);

// A file of lines to which lines are added. Appended lines survive the process's end at once, and the machine's once Sync has
// returned. After a failed write nothing more is accepted: what is on disk would no longer be what was answered. Thread-safe.
class Journal final {
 public:
  // The file exists. Fails with UNAVAILABLE / FILE_NOT_WRITTEN.
  [[nodiscard]] static runtime::Result<std::unique_ptr<Journal>> Open(const std::filesystem::path& path);

  // Adds the line, which holds no newline. Returns the position that Sync wants.
  [[nodiscard]] runtime::Result<std::uint64_t> Append(std::string_view line);

  // Returns once everything up to the position is on disk. Callers that wait together share one fsync.
  [[nodiscard]] runtime::Result<void> Sync(std::uint64_t position);

 private:
  explicit Journal(FileDescriptor file) : file_(std::move(file)) {}

  const FileDescriptor file_;
  std::mutex mutex_;
  std::condition_variable synced_changed_;
  std::uint64_t appended_ = 0;
  std::uint64_t synced_ = 0;
  bool syncing_ = false;
  bool broken_ = false;
};

}  // namespace inkwell::emulator
