// The disk under the posts is full: writes are put off, reads go on, and space is all that it takes to heal.
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

#include "tests/faults/drill.h"

namespace inkwell::faults {
namespace {

using testing::Eventually;

// A file system of a few megabytes, seen by this program and its children only.
class SmallDisk final {
 public:
  SmallDisk() {
    char pattern[] = "/tmp/inkwell-disk-XXXXXX";
    path_ = mkdtemp(pattern);
    mounted_ = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=6m,mode=0777") == 0;
    if (!mounted_) error_ = errno;
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
    std::filesystem::remove(path_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const { return mounted_; }
  // Why it is not mounted: EPERM or EACCES (a container's profile) if this process may not.
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  void Grow() const { ASSERT_EQ(mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, "size=96m,mode=0777"), 0); }

 private:
  std::string path_;
  bool mounted_ = false;
  int error_ = 0;
};

// Text that PostgreSQL cannot compress.
std::string Noise(std::size_t size) {
  static std::mt19937 random(1);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('0' + random() % 75);
  for (char& c : text) c = c == '\\' || c == '"' ? 'x' : c;
  return text;
}

TEST(DiskDrill, TheDiskUnderThePostsIsFull) {
  const SmallDisk disk;  // before any thread exists: a mount namespace is the thread's
  if (disk.error() == EPERM || disk.error() == EACCES) GTEST_SKIP() << "this process may not mount: " << strerror(disk.error());
  ASSERT_TRUE(disk.mounted()) << strerror(disk.error());
  e2e::Stack stack(e2e::Signer::kTestClerk);
  const std::string author = e2e::UserId("full disk");
  const auto created = e2e::TestClerk::Event("user.created", e2e::TestClerk::SparseUser(author, 1000));
  ASSERT_EQ(stack.Deliver(created).status, 200);
  const passwd* server = getpwnam("postgres");
  ASSERT_TRUE(server == nullptr || chown(disk.path().c_str(), server->pw_uid, server->pw_gid) == 0);
  stack.Sql("CREATE TABLESPACE small LOCATION '" + disk.path() + "'");
  stack.Sql("ALTER TABLE posts.posts SET TABLESPACE small");

  e2e::HttpClient http = stack.ClientOf(author);
  const auto write = [&] { return http.Post("/api/posts", R"({"title":"Big","content":")" + Noise(60'000) + "\"}").status; };
  int acknowledged = 0;
  int status = 0;
  for (int i = 0; i < 500 && (status = write()) == 201; ++i) ++acknowledged;
  EXPECT_EQ(status, 503) << "after " << acknowledged << " posts";
  EXPECT_GT(acknowledged, 0);
  EXPECT_EQ(http.Get("/api/posts?limit=1").status, 200) << "reading goes on";
  EXPECT_EQ(stack.Sql("SELECT count(*) FROM posts.posts"), std::to_string(acknowledged));

  disk.Grow();
  EXPECT_TRUE(Eventually([&] { return write() == 201; }, kAfterPostgresAccepts));
  EXPECT_EQ(stack.Sql("SELECT count(*) FROM posts.posts"), std::to_string(acknowledged + 1));
}

}  // namespace
}  // namespace inkwell::faults
