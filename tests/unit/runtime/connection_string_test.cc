#include "connection_string.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace inkwell::runtime {
namespace {

using ::testing::HasSubstr;

using inkwell::testing::FailsWith;

std::string Complete(const std::string& url) {
  DatabaseOptions options;
  options.url = url;
  options.application_name = "posts-service";
  return CompleteConnectionString(options).value_or("failed");
}

TEST(ConnectionString, AddsTimeoutsAndSessionSettingsToBothForms) {
  for (const char* url : {"postgresql://ink@db.internal:5433/inkwell", "host=db.internal port=5433 user=ink dbname=inkwell"}) {
    const std::string text = Complete(url);
    EXPECT_THAT(text, HasSubstr("host='db.internal'"));
    EXPECT_THAT(text, HasSubstr("port='5433'"));
    EXPECT_THAT(text, HasSubstr("dbname='inkwell'"));
    EXPECT_THAT(text, HasSubstr("connect_timeout='3'"));
    EXPECT_THAT(text, HasSubstr("application_name='posts-service'"));
    EXPECT_THAT(text, HasSubstr("client_encoding='UTF8'"));
    EXPECT_THAT(text, HasSubstr("tcp_user_timeout='5000'"));
    EXPECT_THAT(text, HasSubstr("options='-c TimeZone=UTC -c statement_timeout=5000 -c lock_timeout=3000 -c "
                                "idle_in_transaction_session_timeout=10000'"));
  }
}

TEST(ConnectionString, KeepsSeveralHosts) {
  const std::string text = Complete("postgresql://ink@one:1,two:2/inkwell?target_session_attrs=read-write");
  EXPECT_THAT(text, HasSubstr("host='one,two'"));
  EXPECT_THAT(text, HasSubstr("port='1,2'"));
  EXPECT_THAT(text, HasSubstr("target_session_attrs='read-write'"));
}

TEST(ConnectionString, QuotesQuotesAndBackslashes) {
  EXPECT_THAT(Complete("postgresql://ink:it%27s%5C@db/x"), HasSubstr(R"(password='it\'s\\')"));
}

TEST(ConnectionString, PutsTheOperatorsSettingsLastSoThatTheyWin) {
  const std::string text = Complete("host=db connect_timeout=9 options='-c statement_timeout=1'");
  EXPECT_THAT(text, HasSubstr("connect_timeout='9'"));
  EXPECT_THAT(text, HasSubstr("session_timeout=10000 -c statement_timeout=1'"));
}

TEST(ConnectionString, RefusesWhatLibpqCannotRead) {
  for (const char* url : {"postgresql://ink@db:5432/x?what=ever", "nonsense", "host='unclosed"}) {
    DatabaseOptions options;
    options.url = url;
    EXPECT_THAT(CompleteConnectionString(options), FailsWith(Code::kInvalidArgument, "INVALID_DATABASE_URL")) << url;
  }
}

}  // namespace
}  // namespace inkwell::runtime
