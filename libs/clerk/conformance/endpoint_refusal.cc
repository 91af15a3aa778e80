// What a webhook handler must refuse, with a 4xx: what is not from Clerk, is too old, or is no event.
#include <utility>

#include "endpoint_checks.h"

namespace clerk::conformance {
namespace {

using std::chrono::seconds;

class Refusal final {
 public:
  explicit Refusal(const EndpointTarget& target)
      : target_(target),
        body_(EventJson(target, "user.created",
                        UserJson(EndpointSender::FreshId("user_2conformance"), 1'700'000'000'000, "Eve"))) {}

  void Add(std::string name, const std::function<Delivery(const EndpointSender&, const std::string& body)>& make) {
    checks_.push_back({std::move(name), [target = target_, body = body_, make] {
                         return Expect4xx(target.sender.Send(make(target.sender, body)));
                       }});
  }
  // A header of a good delivery, replaced.
  void Replace(std::string name, const std::string& header, const std::string& value) {
    Add(std::move(name),
        [=](const EndpointSender& sender, const std::string& body) { return With(sender.Signed(body), header, value); });
  }
  // A body signed as it should be.
  void Body(std::string name, const std::string& bad) {
    Add(std::move(name), [=](const EndpointSender& sender, const std::string&) { return sender.Signed(bad); });
  }
  void Age(std::string name, seconds age) {
    Add(std::move(name), [=](const EndpointSender& sender, const std::string& body) { return sender.Signed(body, age); });
  }
  [[nodiscard]] std::vector<EndpointCheck> Take() { return std::move(checks_); }

 private:
  const EndpointTarget target_;
  const std::string body_;
  std::vector<EndpointCheck> checks_;
};

void AddHeaders(Refusal& checks) {
  for (const char* name : {"svix-id", "svix-timestamp", "svix-signature"}) {
    checks.Add(std::string("without ") + name,
               [name](const EndpointSender& sender, const std::string& body) { return Without(sender.Signed(body), name); });
    checks.Replace(std::string("with an empty ") + name, name, "");
  }
  checks.Add("without any signature header", [](const EndpointSender& sender, const std::string& body) {
    return Without(Without(Without(sender.Signed(body), "svix-id"), "svix-timestamp"), "svix-signature");
  });
}

void AddSignatures(Refusal& checks) {
  checks.Replace("a signature that is none", "svix-signature", "v1,not-base64!");
  checks.Replace("a signature without its version", "svix-signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  checks.Replace("a signature of zeros", "svix-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  checks.Add("the right bytes under another version", [](const EndpointSender& sender, const std::string& body) {
    auto delivery = sender.Signed(body);
    return With(delivery, "svix-signature", "v2" + HeaderOf(delivery, "svix-signature").substr(2));
  });
  checks.Add("a signature cut short", [](const EndpointSender& sender, const std::string& body) {
    auto delivery = sender.Signed(body);
    return With(delivery, "svix-signature", HeaderOf(delivery, "svix-signature").substr(0, 20));
  });
  checks.Add("a signature by another secret", [](const EndpointSender& sender, const std::string& body) {
    auto delivery = sender.Signed(body);
    return With(delivery, "svix-signature",
                EndpointSender::SignWith("whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhlIGVuZHBvaW50", HeaderOf(delivery, "svix-id"),
                                         HeaderOf(delivery, "svix-timestamp"), body));
  });
  checks.Add("a body changed after it was signed", [](const EndpointSender& sender, const std::string& body) {
    auto delivery = sender.Signed(body);
    delivery.body.replace(delivery.body.find("Eve"), 3, "Eva");
    return delivery;
  });
  checks.Add("a space added to the body", [](const EndpointSender& sender, const std::string& body) {
    auto delivery = sender.Signed(body);
    delivery.body += " ";
    return delivery;
  });
  checks.Replace("another svix-id than the signed one", "svix-id", "msg_another");
  checks.Add("a fresh timestamp on an old signature", [](const EndpointSender& sender, const std::string& body) {
    const auto old = sender.Signed(body, seconds(600));
    return With(old, "svix-timestamp", HeaderOf(sender.Signed(body), "svix-timestamp"));
  });
}

void AddTimes(Refusal& checks) {
  checks.Age("a replay after ten minutes", seconds(600));
  checks.Age("a replay after a day", seconds(86'400));
  checks.Age("a delivery from ten minutes ahead", seconds(-600));
  for (const char* text : {"yesterday", "-1", "1e9", "0x65000000", "99999999999999999999"}) {
    checks.Add(std::string("the timestamp ") + text, [text](const EndpointSender& sender, const std::string& body) {
      auto delivery = With(sender.Signed(body), "svix-timestamp", text);
      return With(delivery, "svix-signature", sender.Sign(HeaderOf(delivery, "svix-id"), text, body));
    });
  }
}

void AddBodies(Refusal& checks) {
  checks.Body("an empty body, signed", "");
  checks.Body("text that is no JSON, signed", "user.created");
  checks.Body("JSON cut short, signed", R"({"object":"event","type":"user.created","data":{"id":)");
  checks.Body("two JSON documents, signed", R"({"type":"x"}{"type":"x"})");
  checks.Body("text that is not UTF-8, signed", "{\"type\":\"user.created\",\"data\":{\"id\":\"user_\xff\xfe\"}}");
  checks.Body("100,000 brackets, signed", std::string(100'000, '['));
}

// A handler may hang up before it has read all of it, and then the answer can be lost on the way.
EndpointCheck HugeBody(const EndpointTarget& target) {
  return {"16 MB that nobody signed", [target] {
            auto delivery = With(target.sender.Signed("{}"), "svix-id", "msg_huge");
            delivery.body.assign(std::size_t{16} << 20, 'x');
            const int status = target.sender.Send(delivery);
            return status == 0 ? std::string() : Expect4xx(status);
          }};
}

}  // namespace

std::vector<EndpointCheck> RefusalChecks(const EndpointTarget& target) {
  Refusal checks(target);
  AddHeaders(checks);
  AddSignatures(checks);
  AddTimes(checks);
  AddBodies(checks);
  checks.Add("GET",
             [](const EndpointSender&, const std::string&) { return Delivery{.method = "GET", .headers = {}, .body = {}}; });
  auto all = checks.Take();
  all.push_back(HugeBody(target));
  return all;
}

}  // namespace clerk::conformance
