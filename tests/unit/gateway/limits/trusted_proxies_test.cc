#include "gateway/limits/trusted_proxies.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/request_record.h"
#include "gateway/limits/ip_network.h"

namespace inkwell::gateway {
namespace {

bool Contains(std::string_view block, std::string_view address) {
  const auto network = IpNetwork::Parse(block);
  const auto parsed = IpAddress::Parse(address);
  EXPECT_TRUE(network.has_value()) << block;
  EXPECT_TRUE(parsed.has_value()) << address;
  return network && parsed && network->Contains(*parsed);
}

TEST(IpNetwork, ContainsWhatHasItsFirstBits) {
  EXPECT_TRUE(Contains("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(Contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(Contains("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(Contains("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(Contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(Contains("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(Contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(Contains("0.0.0.0/0", "2001:db8::1")) << "the IPv4 addresses alone";
  EXPECT_TRUE(Contains("fd00::/8", "fdff::1"));
  EXPECT_FALSE(Contains("fd00::/8", "fe80::1"));
  EXPECT_TRUE(Contains("::/0", "10.0.0.1"));
  EXPECT_TRUE(Contains("10.0.0.0/8", "::ffff:10.1.2.3")) << "an IPv4 peer of an IPv6 socket";
}

TEST(IpNetwork, IsNothingElse) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1/8", "10.0.0/8",
                           "fd00::/129", "fd00::1/8", "localhost", "010.0.0.1", "[::1]", "10.0.0.0 /8", "::1%lo"}) {
    EXPECT_FALSE(IpNetwork::Parse(text).has_value()) << text;
  }
  EXPECT_FALSE(IpAddress::Parse(std::string_view("10.0.0.1\0", 9)).has_value());
}

TEST(IpAddress, IsOneClientsByFourBytesOrBySixtyFourBits) {
  const auto key = [](std::string_view text) { return IpAddress::Parse(text)->ClientKey(); };
  EXPECT_EQ(key("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(key("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2::9"));
  EXPECT_NE(key("2001:db8:1:2::9"), key("2001:db8:1:3::9"));
}

class TrustedProxiesTest : public testing::Test {
 protected:
  static TrustedProxies Make() {
    const std::vector<std::string> blocks{"10.0.0.0/8", "fd00::/8"};
    return TrustedProxies::Parse(blocks).value();
  }
  std::string Client(std::string_view peer, const std::vector<std::string_view>& fields) const {
    return proxies_.ClientOf(peer, fields);
  }
  // "address scheme"
  std::string Identified(std::string peer, const std::vector<FieldView>& fields) const {
    RequestRecord record;
    record.client_address = std::move(peer);
    record.fields = fields;
    proxies_.Identify(record);
    return record.client_address + (record.https ? " https" : " http");
  }

  const TrustedProxies proxies_ = Make();
};

TEST_F(TrustedProxiesTest, AreNotBlocksThatAreNone) {
  const std::vector<std::string> blocks{"10.0.0.0/8", "nonsense"};
  EXPECT_FALSE(TrustedProxies::Parse(blocks).has_value());
  EXPECT_TRUE(TrustedProxies::Parse({})->empty());
}

TEST_F(TrustedProxiesTest, NameTheRightMostAddressThatIsNoneOfThem) {
  EXPECT_EQ(Client("10.0.0.1", {"192.0.2.7"}), "192.0.2.7");
  EXPECT_EQ(Client("10.0.0.1", {"192.0.2.7, 10.0.0.9"}), "192.0.2.7");
  EXPECT_EQ(Client("10.0.0.1", {"1.1.1.1, 192.0.2.7,10.0.0.9 "}), "192.0.2.7") << "what stands further left is made up";
  EXPECT_EQ(Client("10.0.0.1", {"1.1.1.1", "192.0.2.7", "10.0.0.9"}), "192.0.2.7") << "several fields are one list";
  EXPECT_EQ(Client("fd00::1", {"2001:db8::7"}), "2001:db8::7");
}

TEST_F(TrustedProxiesTest, AreNotAskedWhenThePeerIsAnother) {
  EXPECT_EQ(Client("192.0.2.9", {"1.1.1.1"}), "192.0.2.9");
  EXPECT_EQ(Client("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(Identified("192.0.2.9", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}}), "192.0.2.9 http");
}

TEST_F(TrustedProxiesTest, NameTheFirstOfThemWhenThereIsNobodyElse) {
  EXPECT_EQ(Client("10.0.0.1", {"10.0.0.3, 10.0.0.2"}), "10.0.0.3");
}

TEST_F(TrustedProxiesTest, EndAtWhatIsNoAddress) {
  for (const char* list :
       {"unknown", "_hidden", "", " ", ",", "192.0.2.7,", "192.0.2.7, ,", "1.2.3", "<script>", "[2001:db8::1"}) {
    EXPECT_EQ(Client("10.0.0.1", {list}), "10.0.0.1") << list;
  }
  EXPECT_EQ(Client("10.0.0.1", {"192.0.2.7, unknown, 10.0.0.9"}), "10.0.0.9");
}

TEST_F(TrustedProxiesTest, TakeAddressesWithPorts) {
  EXPECT_EQ(Client("10.0.0.1", {"192.0.2.7:4711"}), "192.0.2.7");
  EXPECT_EQ(Client("10.0.0.1", {"[2001:db8::7]:4711"}), "2001:db8::7");
  EXPECT_EQ(Client("10.0.0.1", {"[2001:db8::7]"}), "2001:db8::7");
}

TEST_F(TrustedProxiesTest, TellTheScheme) {
  EXPECT_EQ(Identified("10.0.0.1", {{"x-forwarded-for", "192.0.2.7"}, {"X-Forwarded-Proto", "https"}}), "192.0.2.7 https");
  EXPECT_EQ(Identified("10.0.0.1", {{"X-Forwarded-Proto", "http"}}), "10.0.0.1 http");
  EXPECT_EQ(Identified("10.0.0.1", {{"X-Forwarded-Proto", "https, http"}}), "10.0.0.1 http")
      << "the nearest proxy wrote the last";
}

}  // namespace
}  // namespace inkwell::gateway
