#include "clerk-emulator/frontend_api/clerk_js_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using testing::HasSubstr;

class ClerkJsFilesTest : public testing::Test {
 protected:
  ClerkJsFilesTest() { files_.AddTo(router_); }
  HttpResponse Get(const std::string& path) { return router_.Handle(MakeRequest("GET", path)); }
  void Put(const std::string& file, const std::string& content) {
    const auto path = directory_.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }

  TemporaryDirectory directory_;
  ClerkJsFiles files_{directory_.path()};
  Router router_;
};

TEST_F(ClerkJsFilesTest, ServesAnyVersionThatAPageNames) {
  Put("clerk-js/dist/clerk.browser.js", "entry");
  EXPECT_FALSE(files_.AreComplete());
  Put("ui/dist/ui.browser.js", "entry");
  Put("ui/dist/signin_ui_58d0c7_1.36.0.js", "part");
  EXPECT_TRUE(files_.AreComplete());
  for (const char* version : {"clerk-js@6", "clerk-js@6.40.0", "clerk-js@latest", "clerk-js"}) {
    const auto entry = Get(std::string("/npm/@clerk/") + version + "/dist/clerk.browser.js");
    EXPECT_EQ(entry.status, 200) << version;
    EXPECT_EQ(entry.body, "entry");
    EXPECT_EQ(entry.content_type, "text/javascript; charset=utf-8");
  }
  EXPECT_THAT(HeaderOf(Get("/npm/@clerk/ui@1.36.0/dist/signin_ui_58d0c7_1.36.0.js"), "Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(HeaderOf(Get("/npm/@clerk/ui@1/dist/ui.browser.js"), "Cache-Control").find("immutable"), std::string::npos);
}

TEST_F(ClerkJsFilesTest, AreFetchedOnce) {
  Put("clerk-js/dist/clerk.browser.js", R"(version="6.40.0")");
  const auto at_full_version = Get("/npm/@clerk/clerk-js@6.40.0/dist/clerk.browser.js");
  EXPECT_THAT(HeaderOf(at_full_version, "Cache-Control"), HasSubstr("immutable"));
  const auto another = Get("/npm/@clerk/clerk-js@6.41.0/dist/clerk.browser.js");
  EXPECT_EQ(HeaderOf(another, "Cache-Control").find("immutable"), std::string::npos) << "it is not that version";
  const auto etag = HeaderOf(another, "ETag");
  ASSERT_GT(etag.size(), 2U);
  auto request = MakeRequest("GET", "/npm/@clerk/clerk-js@6/dist/clerk.browser.js");
  request.headers["if-none-match"] = etag;
  const auto again = router_.Handle(request);
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(HeaderOf(again, "ETag"), etag);
}

TEST_F(ClerkJsFilesTest, LeavesItsDirectoryByNoName) {
  Put("secret.js", "secret");
  Put("ui/secret.js", "secret");
  Put("ui/dist/package.json", "no script");
  for (const char* path : {"/npm/@clerk/ui@1/dist/../secret.js", "/npm/@clerk/ui@1/dist/..", "/npm/@clerk/..@1/dist/secret.js",
                           "/npm/@clerk/.@1/dist/secret.js", "/npm/@clerk/ui@1/dist/..\\secret.js",
                           "/npm/@clerk/ui@1/dist/package.json", "/npm/@clerk/backend@1/dist/index.js"}) {
    EXPECT_EQ(Get(path).status, 404) << path;
  }
}

TEST_F(ClerkJsFilesTest, SaysHowToGetWhatIsMissing) {
  const auto missing = Get("/npm/@clerk/ui@1/dist/ui.browser.js");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, HasSubstr("EMULATOR_CLERK_JS_DIR"));
}

}  // namespace
}  // namespace inkwell::emulator
