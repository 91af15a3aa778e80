#include "gateway/uuid_v7.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace inkwell::gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::system_clock;

const system_clock::time_point kMoment{milliseconds(0x017F22E279B0)};

TEST(UuidV7, StartsWithTheMillisecondsOfTheExampleInTheRfc) {
  // RFC 9562 appendix A.6: 2022-02-22 19:22:22 UTC.
  EXPECT_EQ(MakeUuidV7(kMoment).substr(0, 15), "017f22e2-79b0-7");
}

TEST(UuidV7, HasTheVariantOfTheRfc) {
  for (int i = 0; i < 64; ++i) EXPECT_NE(std::string("89ab").find(MakeUuidV7(kMoment)[19]), std::string::npos);
}

TEST(UuidV7, SortsByTimeWithinOneMillisecond) {
  EXPECT_LT(MakeUuidV7(kMoment), MakeUuidV7(kMoment + microseconds(1)));
  EXPECT_LT(MakeUuidV7(kMoment + microseconds(998)), MakeUuidV7(kMoment + microseconds(999)));
  EXPECT_LT(MakeUuidV7(kMoment + microseconds(999)), MakeUuidV7(kMoment + milliseconds(1)));
}

TEST(UuidV7, IsNewEachTimeOnEachThread) {
  constexpr int kPerThread = 2000;
  std::vector<std::vector<std::string>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& ids : made) {
      threads.emplace_back([&ids] {
        for (int i = 0; i < kPerThread; ++i) ids.push_back(MakeUuidV7(kMoment));
      });
    }
  }
  std::set<std::string> distinct;
  for (const auto& ids : made) distinct.insert(ids.begin(), ids.end());
  EXPECT_EQ(distinct.size(), made.size() * kPerThread);
}

TEST(IsUuid, AcceptsWhatMakeUuidV7Makes) { EXPECT_TRUE(IsUuid(MakeUuidV7(kMoment))); }

TEST(IsUuid, AcceptsUpperCase) { EXPECT_TRUE(IsUuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")); }

TEST(IsUuid, RefusesOtherForms) {
  for (const char* text : {"", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398fa", "017f22e2_79b0-7cc3-98c4-dc0c0c07398f",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}"}) {
    EXPECT_FALSE(IsUuid(text)) << text;
  }
}

}  // namespace
}  // namespace inkwell::gateway
