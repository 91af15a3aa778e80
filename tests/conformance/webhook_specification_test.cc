// The webhook types of the SDK are those of Clerk's specification, and the specification's examples are read as what it says they
// are.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "clerk/webhook_verifier.h"
#include "tests/unit/clerk/fakes.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using nlohmann::json;

const json& Webhooks() {
  static const json webhooks = [] {
    std::ifstream file(SPECIFICATION);
    return json::parse(file).at("x-webhooks");
  }();
  return webhooks;
}

// The name of the schema of an event's data, "" if it is a composed one.
std::string DataSchema(const json& webhook) {
  const json& schema = webhook["post"]["requestBody"]["content"]["application/json"]["schema"];
  for (const json& part : schema["allOf"]) {
    if (!part.contains("properties")) continue;
    const json& data = part["properties"]["data"];
    const std::string reference = data.contains("$ref") ? data["$ref"] : data["allOf"][0]["$ref"];
    return reference.substr(reference.rfind('/') + 1);
  }
  return {};
}

std::string TypeOf(const WebhookData& data) {
  struct Name {
    std::string operator()(const std::monostate&) const { return "text"; }
    std::string operator()(const User&) const { return "User"; }
    std::string operator()(const DeletedObject&) const { return "DeletedObject"; }
    std::string operator()(const SessionEventData&) const { return "SessionEventPayload"; }
    std::string operator()(const Organization&) const { return "Organization"; }
    std::string operator()(const OrganizationDomain&) const { return "OrganizationDomain"; }
    std::string operator()(const OrganizationInvitation&) const { return "OrganizationInvitation"; }
    std::string operator()(const OrganizationMembership&) const { return "OrganizationMembership"; }
  };
  return std::visit(Name(), data);
}

TEST(WebhookSpecificationTest, HasExactlyTheTypesOfTheSpecification) {
  std::set<std::string> ours;
  for (const auto type : AllWebhookEventTypes()) ours.emplace(ToString(type));
  std::set<std::string> specified;
  for (const auto& [name, webhook] : Webhooks().items()) specified.insert(name);
  EXPECT_EQ(ours, specified);
}

TEST(WebhookSpecificationTest, ReadsTheExamplesAsTheTypesOfTheirSchemas) {
  const std::set<std::string> typed = {"User",
                                       "DeletedObject",
                                       "SessionEventPayload",
                                       "Organization",
                                       "OrganizationDomain",
                                       "OrganizationInvitation",
                                       "OrganizationMembership"};
  int read = 0;
  for (const auto& [name, webhook] : Webhooks().items()) {
    const json& content = webhook["post"]["requestBody"]["content"]["application/json"];
    if (!content.contains("example")) continue;
    std::string schema = DataSchema(webhook);
    if (schema == "OrganizationInvitationAcceptedPayload") schema = "OrganizationInvitation";
    const std::string expected = typed.contains(schema) ? schema : "text";

    const testing::FakeClock clock;
    const std::string body = content["example"].dump();
    const std::string timestamp = std::to_string(clock.NowSeconds());
    const std::string key = "0123456789abcdef01234567";
    WebhookVerifierOptions options;
    options.secrets = {testing::Base64(key)};
    options.clock = &clock;
    const auto event =
        VerifyWebhook({"msg_1", timestamp, "v1," + testing::HmacBase64(key, "msg_1." + timestamp + "." + body)}, body, options);
    ASSERT_TRUE(event) << name;
    EXPECT_EQ(ToString(event->kind), name);
    EXPECT_EQ(TypeOf(event->data), expected) << name;
    EXPECT_EQ(json::parse(event->data_json), content["example"]["data"]) << name;
    ++read;
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace clerk
