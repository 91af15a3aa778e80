#include "gateway/handlers/timestamp.h"

#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <string_view>

namespace inkwell::gateway {
namespace {

void WriteDigits(char* out, int value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

// Lists render two of these per post, hence by hand: strftime and iostreams cost more than the rest of the post.
void AppendTimestamp(std::string& out, const google::protobuf::Timestamp& time) {
  using std::chrono::floor;
  const std::chrono::sys_seconds seconds{std::chrono::seconds{time.seconds()}};
  const auto day = floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date{day};
  const auto second_of_day = static_cast<int>((seconds - day).count());

  char text[] = "\"0000-00-00T00:00:00.000Z\"";
  WriteDigits(text + 1, static_cast<int>(date.year()), 4);
  WriteDigits(text + 6, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  WriteDigits(text + 9, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  WriteDigits(text + 12, second_of_day / 3600, 2);
  WriteDigits(text + 15, second_of_day / 60 % 60, 2);
  WriteDigits(text + 18, second_of_day % 60, 2);
  WriteDigits(text + 21, time.nanos() / 1'000'000, 3);
  out.append(text, sizeof(text) - 1);
}

}  // namespace inkwell::gateway
