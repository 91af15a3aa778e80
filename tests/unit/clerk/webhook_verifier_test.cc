#include "clerk/webhook_verifier.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using std::chrono::seconds;
using testing::FakeClock;

using namespace std::string_literals;

const std::string kKey = "0123456789abcdef01234567";
const std::string kOtherKey = "another key, also 24 lon";
const std::string kBody = R"({"type":"user.created","instance_id":"ins_1","timestamp":1760000000123,)"
                          R"("data":{"id":"user_1","updated_at":5,"first_name":"Ada"}})";

std::string Secret(const std::string& key) { return "whsec_" + testing::Base64(key); }

// One delivery and its headers.
struct Delivery {
  Delivery(std::string the_body, std::int64_t at, const std::string& key = kKey)
      : body(std::move(the_body)), timestamp(std::to_string(at)), signature(Sign(key)) {}

  std::string Sign(const std::string& key) const { return "v1," + testing::HmacBase64(key, id + "." + timestamp + "." + body); }
  WebhookHeaders Headers() const { return {id, timestamp, signature}; }

  std::string body;
  std::string id = "msg_1";
  std::string timestamp;
  std::string signature;
};

class WebhookVerifierTest : public ::testing::Test {
 protected:
  WebhookVerifier Make(std::vector<std::string> secrets) const {
    WebhookVerifierOptions options;
    options.secrets = std::move(secrets);
    options.clock = &clock_;
    return std::move(*WebhookVerifier::Create(options));
  }
  std::string Verdict(const WebhookVerifier& verifier, const Delivery& delivery) const {
    const auto event = verifier.Verify(delivery.Headers(), delivery.body);
    return event ? "ok" : std::string(ToString(event.error().reason));
  }
  std::string Verdict(const Delivery& delivery) const { return Verdict(Make({Secret(kKey)}), delivery); }
  Delivery Good(const std::string& body = kBody) const { return {body, clock_.NowSeconds()}; }

  FakeClock clock_;
};

TEST_F(WebhookVerifierTest, AcceptsASignedDeliveryAndParsesIt) {
  const Delivery delivery = Good();
  const auto event = Make({Secret(kKey)}).Verify(delivery.Headers(), delivery.body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, "user.created");
  EXPECT_EQ(event->instance_id, "ins_1");
  EXPECT_EQ(event->timestamp, 1'760'000'000'123);
  EXPECT_EQ(event->data_id, "user_1");
  EXPECT_EQ(event->data_json, R"({"id":"user_1","updated_at":5,"first_name":"Ada"})");
  EXPECT_EQ(event->message_id, "msg_1");
  EXPECT_EQ(event->kind, WebhookEventType::kUserCreated);
  const User* user = event->As<User>();
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->first_name, "Ada");
  EXPECT_EQ(user->updated_at, 5);
  EXPECT_FALSE(event->DeletedUserId());
}

TEST_F(WebhookVerifierTest, KeepsTheDataAsTheyWereSigned) {
  const Delivery delivery = Good(R"({"data":{"z":0.10, "a":1},"type":"email.created","event_attributes":{"b":1, "a":2}})");
  const auto event = Make({Secret(kKey)}).Verify(delivery.Headers(), delivery.body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->data_json, R"({"z":0.10, "a":1})");
  EXPECT_EQ(event->event_attributes_json, R"({"b":1, "a":2})");
}

TEST_F(WebhookVerifierTest, RefusesDataThatNoDocumentCanHold) {
  const std::string deep = std::string(600, '[') + std::string(600, ']');
  for (const std::string& metadata : {R"({"n":1e999})"s, R"({"n":)" + deep + "}"}) {
    for (const char* type : {"user.created", "organization.created"}) {
      const std::string data = R"({"id":"thing_1","public_metadata":)" + metadata + "}";
      EXPECT_EQ(Verdict(Good(std::string(R"({"type":")") + type + R"(","data":)" + data + "}")), "invalid-json") << type;
    }
  }
}

TEST_F(WebhookVerifierTest, RefusesNumbersBeyondADoubleWhereverTheyStand) {
  for (const std::string& number : {"1e400"s, "-1e400"s, "1e99999999999999999999"s, std::string(400, '9')}) {
    for (const std::string& body : {R"({"type":"user.updated","data":{"id":"user_1","updated_at":)" + number + "}}",
                                    R"({"type":"user.updated","data":{"id":"user_1","last_sign_in_at":)" + number + "}}",
                                    R"({"type":"user.updated","data":{"id":"user_1"},"event_attributes":{"n":)" + number + "}}",
                                    R"({"type":"user.updated","data":{"id":"user_1"},"timestamp":)" + number + "}",
                                    R"({"type":"user.deleted","data":{"id":"user_1"},"other":[)" + number + "]}"}) {
      EXPECT_EQ(Verdict(Good(body)), "invalid-json") << body;
    }
  }
  for (const std::string& number : {"1e308"s, "1e-400"s, "0e999"s, "1.7976931348623157e308"s, std::string(308, '9')}) {
    EXPECT_EQ(Verdict(Good(R"({"type":"user.updated","data":{"id":"user_1"},"n":)" + number + "}")), "ok") << number;
  }
}

TEST_F(WebhookVerifierTest, RefusesBodiesDeeperThanADocument) {
  const auto body = [](std::size_t depth, const std::string& before, const std::string& after) {
    return before + std::string(depth, '[') + std::string(depth, ']') + after;
  };
  const std::string attributes = R"({"type":"user.updated","data":{"id":"user_1"},"event_attributes":)";
  EXPECT_EQ(Verdict(Good(body(511, attributes, "}"))), "ok");
  EXPECT_EQ(Verdict(Good(body(512, attributes, "}"))), "invalid-json");
  const std::string data = R"({"type":"user.updated","data":{"id":"user_1","other":)";
  EXPECT_EQ(Verdict(Good(body(510, data, "}}"))), "ok");
  EXPECT_EQ(Verdict(Good(body(511, data, "}}"))), "invalid-json");
}

TEST_F(WebhookVerifierTest, NamesTheDeletedUser) {
  const Delivery delivery = Good(R"({"type":"user.deleted","data":{"object":"user","id":"user_9","deleted":true}})");
  const auto event = Make({Secret(kKey)}).Verify(delivery.Headers(), delivery.body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->DeletedUserId(), "user_9");
  EXPECT_EQ(event->As<User>(), nullptr);
}

TEST_F(WebhookVerifierTest, KeepsEventsOfUnknownTypesAndShapes) {
  const auto verifier = Make({Secret(kKey)});
  const Delivery unknown = Good(R"({"type":"galaxy.collided","data":[1,2]})");
  const auto event = verifier.Verify(unknown.Headers(), unknown.body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, "galaxy.collided");
  EXPECT_EQ(event->kind, WebhookEventType::kUnknown);
  EXPECT_EQ(event->data_json, "[1,2]");
  EXPECT_FALSE(event->instance_id);

  const Delivery without_id = Good(R"({"type":"user.deleted","data":{"deleted":true}})");
  const auto deleted = verifier.Verify(without_id.Headers(), without_id.body);
  ASSERT_TRUE(deleted);
  EXPECT_FALSE(deleted->DeletedUserId());
}

TEST_F(WebhookVerifierTest, HoldsTheTimeBoundsAtThreeHundredSecondsInclusive) {
  const auto verdict_at = [&](std::int64_t offset) { return Verdict(Delivery(kBody, clock_.NowSeconds() + offset)); };
  EXPECT_EQ(verdict_at(-300), "ok");
  EXPECT_EQ(verdict_at(-301), "timestamp-too-old");
  EXPECT_EQ(verdict_at(300), "ok");
  EXPECT_EQ(verdict_at(301), "timestamp-too-new");
}

TEST_F(WebhookVerifierTest, TakesNothingButDigitsForATimestamp) {
  for (const char* text : {"abc", "+1760000000", "-5", "1760000000.5", "0x68", "1e9", "99999999999999999999"}) {
    Delivery delivery = Good();
    delivery.timestamp = text;
    delivery.signature = delivery.Sign(kKey);
    EXPECT_EQ(Verdict(delivery), "timestamp-invalid") << text;
  }
}

TEST_F(WebhookVerifierTest, RefusesAnyChangeOfIdTimeOrBody) {
  Delivery other_id = Good();
  other_id.id = "msg_2";
  EXPECT_EQ(Verdict(other_id), "no-matching-signature");
  Delivery other_time = Good();
  other_time.timestamp = std::to_string(clock_.NowSeconds() + 1);
  EXPECT_EQ(Verdict(other_time), "no-matching-signature");
  Delivery other_body = Good();
  other_body.body += " ";
  EXPECT_EQ(Verdict(other_body), "no-matching-signature");
}

TEST_F(WebhookVerifierTest, FindsOneGoodEntryAmongSeveral) {
  Delivery delivery = Good();
  const std::string good = delivery.signature;
  for (const auto& list : {"v1,AAAA " + good, good + " v1,AAAA", "v1a,x " + good, "junk  " + good}) {
    delivery.signature = list;
    EXPECT_EQ(Verdict(delivery), "ok") << list;
  }
}

TEST_F(WebhookVerifierTest, RefusesOtherVersionsAndSpellingsOfASignature) {
  Delivery delivery = Good();
  const std::string mac = delivery.signature.substr(3);
  for (const auto& entry : {"v1a," + mac, "V1," + mac, "v2," + mac, mac, "v1=" + mac, "v1, " + mac, "v1," + mac + "=",
                            "v1," + mac.substr(0, mac.size() - 1), "v1," + mac + ",x", std::string("v1,")}) {
    delivery.signature = entry;
    EXPECT_EQ(Verdict(delivery), "no-matching-signature") << entry;
  }
}

TEST_F(WebhookVerifierTest, AcceptsEitherSecretWhileTheyAreRotated) {
  const auto verifier = Make({Secret(kOtherKey), Secret(kKey)});
  EXPECT_EQ(Verdict(verifier, Delivery(kBody, clock_.NowSeconds(), kKey)), "ok");
  EXPECT_EQ(Verdict(verifier, Delivery(kBody, clock_.NowSeconds(), kOtherKey)), "ok");
  EXPECT_EQ(Verdict(verifier, Delivery(kBody, clock_.NowSeconds(), "a third key")), "no-matching-signature");
}

TEST_F(WebhookVerifierTest, FailsToBeMadeWithAnUnusableSecret) {
  const auto reason = [](std::vector<std::string> secrets) {
    WebhookVerifierOptions options;
    options.secrets = std::move(secrets);
    return WebhookVerifier::Create(options).error().reason;
  };
  EXPECT_EQ(reason({}), ErrorReason::kWebhookSecretMissing);
  EXPECT_EQ(reason({""}), ErrorReason::kWebhookSecretMissing);
  EXPECT_EQ(reason({"whsec_"}), ErrorReason::kWebhookSecretInvalid);
  EXPECT_EQ(reason({"whsec_***"}), ErrorReason::kWebhookSecretInvalid);
  EXPECT_EQ(reason({"whsec_AAAA AAAA"}), ErrorReason::kWebhookSecretInvalid);
  EXPECT_EQ(reason({Secret(kKey), "whsec_whsec_AAAA"}), ErrorReason::kWebhookSecretInvalid);
}

TEST_F(WebhookVerifierTest, ListsTheMissingHeaders) {
  const auto event = Make({Secret(kKey)}).Verify({"msg_1", " ", ""}, kBody);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().reason, ErrorReason::kWebhookMissingHeaders);
  EXPECT_EQ(event.error().message, "Missing headers: svix-timestamp, svix-signature");
}

TEST_F(WebhookVerifierTest, OneShotReportsInTheOrderOfClerksSdk) {
  WebhookVerifierOptions options;
  options.clock = &clock_;
  const Delivery delivery = Good();
  EXPECT_EQ(VerifyWebhook({}, "", options).error().reason, ErrorReason::kWebhookSecretMissing);
  options.secrets = {"whsec_***"};
  EXPECT_EQ(VerifyWebhook({}, "", options).error().reason, ErrorReason::kWebhookMissingHeaders);
  EXPECT_EQ(VerifyWebhook(delivery.Headers(), kBody, options).error().reason, ErrorReason::kWebhookSecretInvalid);
  options.secrets = {Secret(kKey)};
  EXPECT_TRUE(VerifyWebhook(delivery.Headers(), kBody, options));
}

TEST_F(WebhookVerifierTest, RefusesASignedBodyThatIsNoJsonObject) {
  for (const std::string body : {"", "hello", "null", "[]", "5", "{\"a\":1", "{\"a\":1}x", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(Verdict(Good(body)), "invalid-json") << body;
  }
  EXPECT_EQ(Verdict(Good(std::string("{}\0", 3))), "invalid-json");
}

TEST_F(WebhookVerifierTest, DoesNotHashABodyAboveTheLimit) {
  WebhookVerifierOptions options;
  options.secrets = {Secret(kKey)};
  options.clock = &clock_;
  options.max_body_bytes = kBody.size() - 1;
  const auto verifier = WebhookVerifier::Create(options);
  EXPECT_EQ(Verdict(*verifier, Good()), "no-matching-signature");
}

TEST_F(WebhookVerifierTest, FindsItsHeadersWithoutRegardToCase) {
  const std::vector<HttpHeader> headers = {
      {"SVIX-ID", "a"}, {"Svix-Timestamp", "b"}, {"webhook-signature", "x"}, {"svix-signature", "c"}};
  const auto found = WebhookHeaders::Find(headers);
  EXPECT_EQ(found.id, "a");
  EXPECT_EQ(found.timestamp, "b");
  EXPECT_EQ(found.signature, "c");
}

TEST_F(WebhookVerifierTest, TakesStandardWebhookNamesOnlyWhenAskedTo) {
  const std::vector<HttpHeader> headers = {
      {"svix-id", "a"}, {"Webhook-Id", "x"}, {"webhook-timestamp", "b"}, {"WEBHOOK-SIGNATURE", "c"}};
  const auto by_default = WebhookHeaders::Find(headers);
  EXPECT_EQ(by_default.id, "a");
  EXPECT_EQ(by_default.timestamp, "");
  EXPECT_EQ(by_default.signature, "");
  const auto either = WebhookHeaders::Find(headers, WebhookHeaderNames::kSvixOrStandard);
  EXPECT_EQ(either.id, "a");
  EXPECT_EQ(either.timestamp, "b");
  EXPECT_EQ(either.signature, "c");
}

TEST_F(WebhookVerifierTest, TakesSignaturesOfSeveralLinesForOneList) {
  const Delivery good = Good();
  for (const auto& [first, second] :
       {std::pair(good.signature, std::string("v1,AAAA")), std::pair(std::string("v1,AAAA"), good.signature)}) {
    const std::vector<HttpHeader> headers = {
        {"svix-id", good.id}, {"svix-timestamp", good.timestamp}, {"svix-signature", first}, {"Svix-Signature", second}};
    EXPECT_TRUE(Make({Secret(kKey)}).Verify(WebhookHeaders::Find(headers), good.body)) << first;
  }
}

TEST_F(WebhookVerifierTest, RefusesTwoIdsAndTwoTimestamps) {
  const Delivery good = Good();
  const auto verdict = [&](std::vector<HttpHeader> headers) {
    headers.push_back({"svix-signature", good.signature});
    const auto event = Make({Secret(kKey)}).Verify(WebhookHeaders::Find(headers), good.body);
    return event ? "ok" : std::string(ToString(event.error().reason));
  };
  const HttpHeader id{"svix-id", good.id};
  const HttpHeader timestamp{"svix-timestamp", good.timestamp};
  EXPECT_EQ(verdict({id, timestamp}), "ok");
  EXPECT_EQ(verdict({id, id, timestamp}), "no-matching-signature");
  EXPECT_EQ(verdict({id, timestamp, timestamp}), "timestamp-invalid");
}

TEST_F(WebhookVerifierTest, TakesHeadersInOuterWhiteSpaceAsIfWithout) {
  const Delivery good = Good();
  const WebhookHeaders padded{" " + good.id + "\t", "  " + good.timestamp, good.signature + " "};
  EXPECT_TRUE(Make({Secret(kKey)}).Verify(padded, good.body));
}

TEST_F(WebhookVerifierTest, TakesTheSecretWithAndWithoutPrefixAndPadding) {
  const std::string key = "an odd length of key";
  std::string encoded = testing::Base64(key);
  ASSERT_TRUE(encoded.ends_with('='));
  const Delivery delivery(kBody, clock_.NowSeconds(), key);
  EXPECT_EQ(Verdict(Make({encoded}), delivery), "ok");
  while (encoded.ends_with('=')) encoded.pop_back();
  EXPECT_EQ(Verdict(Make({"whsec_" + encoded}), delivery), "ok");
}

TEST_F(WebhookVerifierTest, SignsTheBytesOfTheBodyAndNotItsText) {
  EXPECT_EQ(Verdict(Good("{\"a\" : 1}\r\n")), "ok");
  EXPECT_EQ(Verdict(Good("{\"a\":\"\u00fc\"}")), "ok");
}

TEST_F(WebhookVerifierTest, ErrorsQuoteNeitherSecretNorBody) {
  Delivery delivery = Good();
  delivery.body += " ";
  const auto event = Make({Secret(kKey)}).Verify(delivery.Headers(), delivery.body);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().message.find("Ada"), std::string::npos);
  EXPECT_EQ(event.error().message.find(Secret(kKey).substr(6, 8)), std::string::npos);
}

}  // namespace
}  // namespace clerk
