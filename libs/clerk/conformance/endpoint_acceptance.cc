// What a webhook handler must take. Svix delivers at least once, in any order, and for a day: whatever is answered with an error
// comes again, and an endpoint that refuses for five days is switched off.
#include <atomic>
#include <thread>
#include <utility>

#include "endpoint_checks.h"
#include "vector_file.h"

namespace clerk::conformance {
namespace {

using std::chrono::seconds;

// Collects the checks of deliveries that are to be taken.
class Acceptance final {
 public:
  explicit Acceptance(const EndpointTarget& target) : target_(target) {}

  void Event(std::string name, const std::string& type, const std::string& data) {
    Body(std::move(name), EventJson(target_, type, data));
  }
  void Body(std::string name, std::string body, seconds age = seconds(0)) {
    Add(std::move(name), [body = std::move(body), age](const EndpointSender& sender) { return sender.Signed(body, age); });
  }
  void Add(std::string name, std::function<Delivery(const EndpointSender&)> make) {
    checks_.push_back({std::move(name), [this_target = target_, make = std::move(make)] {
                         return Expect2xx(this_target.sender.Send(make(this_target.sender)));
                       }});
  }
  [[nodiscard]] std::vector<EndpointCheck> Take() { return std::move(checks_); }

 private:
  const EndpointTarget target_;
  std::vector<EndpointCheck> checks_;
};

std::string Sparse(const std::string& id) { return Json{{"id", id}, {"object", "user"}}.dump(); }

std::string Deleted(const std::string& id) { return Json{{"id", id}, {"object", "user"}, {"deleted", true}}.dump(); }

void AddLifeOfAUser(Acceptance& checks) {
  const std::string id = EndpointSender::FreshId("user_2conformance");
  const std::string unseen = EndpointSender::FreshId("user_2conformance");
  const std::string never_seen = EndpointSender::FreshId("user_2conformance");
  checks.Event("user.created", "user.created", UserJson(id, 1'700'000'000'000, "Ada"));
  checks.Event("the same event under another svix-id", "user.created", UserJson(id, 1'700'000'000'000, "Ada"));
  checks.Event("user.updated with a higher version", "user.updated", UserJson(id, 1'700'000'002'000, "Ada Augusta"));
  checks.Event("user.updated with a lower version, late", "user.updated", UserJson(id, 1'700'000'001'000, "A."));
  checks.Event("user.updated with an equal version and other content", "user.updated",
               UserJson(id, 1'700'000'002'000, "Augusta"));
  checks.Event("user.created after user.updated", "user.created", UserJson(id, 1'700'000'000'000, "Ada"));
  checks.Event("user.updated of a user whose user.created has not come", "user.updated",
               UserJson(unseen, 1'700'000'000'000, "Grace"));
  checks.Event("user.deleted", "user.deleted", Deleted(id));
  checks.Event("user.deleted again", "user.deleted", Deleted(id));
  checks.Event("user.created after user.deleted, late", "user.created", UserJson(id, 1'700'000'003'000, "Ada"));
  checks.Event("user.deleted of a user never seen", "user.deleted", Deleted(never_seen));
  checks.Event("user.created of a user whose user.deleted came first", "user.created",
               UserJson(never_seen, 1'700'000'000'000, "Ada"));
  checks.Event("user.deleted that names no user", "user.deleted", R"({"object":"user","deleted":true})");
  checks.Event("user.deleted with the whole user", "user.deleted", UserJson(unseen, 1'700'000'000'000, "Grace"));
}

void AddOddUsers(Acceptance& checks) {
  const auto fresh = [] { return EndpointSender::FreshId("user_2conformance"); };
  checks.Event("a user with nothing but an id", "user.created", Sparse(fresh()));
  Json nulls = Json::parse(UserJson(fresh(), 1'700'000'000'000, "Ada"));
  for (const char* name : {"first_name", "last_name", "username", "image_url", "primary_email_address_id", "public_metadata",
                           "unsafe_metadata", "last_sign_in_at"}) {
    nulls[name] = nullptr;
  }
  checks.Event("a user full of nulls", "user.created", nulls.dump());
  Json phone = Json::parse(UserJson(fresh(), 1'700'000'000'000, "Ada"));
  phone["email_addresses"] = Json::array();
  phone["primary_email_address_id"] = nullptr;
  checks.Event("a user who signed up by phone", "user.created", phone.dump());
  Json dangling = Json::parse(UserJson(fresh(), 1'700'000'000'000, "Ada"));
  dangling["primary_email_address_id"] = "idn_of_nothing";
  checks.Event("a primary address that is not in the list", "user.created", dangling.dump());
  Json unknown = Json::parse(UserJson(fresh(), 1'700'000'000'000, "Ada"));
  unknown["a_member_of_tomorrow"] = {{"nested", {1, 2, 3}}};
  checks.Event("members that nobody knows yet", "user.created", unknown.dump());
  checks.Event("text of all planes", "user.created", UserJson(fresh(), 1'700'000'000'000, "Zoë 李 \xF0\x9F\xA6\x84 \"'<>&"));
  std::string escape = UserJson(fresh(), 1'700'000'000'000, "ESCAPE");
  escape.replace(escape.find("ESCAPE"), 6, R"(a\u0000b)");
  checks.Event("U+0000 in a name", "user.created", escape);
  checks.Event("a long name", "user.created", UserJson(fresh(), 1'700'000'000'000, std::string(10'000, 'x')));
  Json large = Json::parse(UserJson(fresh(), 1'700'000'000'000, "Ada"));
  large["public_metadata"] = {{"text", std::string(60'000, 'm')}};
  checks.Event("60 KB of metadata", "user.created", large.dump());
}

void AddOtherEvents(Acceptance& checks) {
  for (const char* type : {"session.created", "organization.created", "email.created", "event.of.tomorrow"}) {
    checks.Event(std::string("an event that is about no user: ") + type, type, R"({"id":"x_1","object":"x"})");
  }
  const std::string user = UserJson(EndpointSender::FreshId("user_2conformance"), 1'700'000'000'000, "Ada");
  checks.Body("an event without instance_id and timestamp", R"({"object":"event","type":"user.created","data":)" + user + "}");
  checks.Body("a timestamp in seconds", R"({"object":"event","timestamp":1700000000,"type":"user.created","data":)" + user + "}");
  checks.Body("white space in the body, signed as it is",
              "\n{ \"object\" : \"event\",\r\n\t\"type\" : \"user.created\", \"data\" : " + user + " }\n");
}

void AddSignatures(Acceptance& checks, const EndpointTarget& target) {
  const std::string body =
      EventJson(target, "user.created", UserJson(EndpointSender::FreshId("user_2conformance"), 1'700'000'000'000, "Ada"));
  const std::string wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  checks.Body("a delivery 290 s old", body, seconds(290));
  checks.Body("a delivery 290 s ahead", body, seconds(-290));
  checks.Add("a wrong signature before the right one", [=](const EndpointSender& sender) {
    auto delivery = sender.Signed(body);
    return With(delivery, "svix-signature", wrong + " " + HeaderOf(delivery, "svix-signature"));
  });
  checks.Add("the right signature before a wrong one", [=](const EndpointSender& sender) {
    auto delivery = sender.Signed(body);
    return With(delivery, "svix-signature", HeaderOf(delivery, "svix-signature") + " " + wrong);
  });
  checks.Add("a signature of an unknown version beside the right one", [=](const EndpointSender& sender) {
    auto delivery = sender.Signed(body);
    return With(delivery, "svix-signature", "v9,Zm9v " + HeaderOf(delivery, "svix-signature"));
  });
  checks.Add("header names in capitals", [=](const EndpointSender& sender) {
    auto delivery = sender.Signed(body);
    for (auto& header : delivery.headers) {
      if (header.name.starts_with("svix-"))
        header.name = "Svix-" + std::string(1, static_cast<char>(header.name[5] - 'a' + 'A')) + header.name.substr(6);
    }
    return delivery;
  });
  checks.Add("a charset in the content type", [=](const EndpointSender& sender) {
    return With(sender.Signed(body), "content-type", "application/json; charset=utf-8");
  });
  if (!target.old_secret.empty()) {
    checks.Add("the old secret's signature while secrets are rotated", [=](const EndpointSender& sender) {
      auto delivery = sender.Signed(body);
      return With(
          delivery, "svix-signature",
          EndpointSender::SignWith(target.old_secret, HeaderOf(delivery, "svix-id"), HeaderOf(delivery, "svix-timestamp"), body));
    });
  }
}

// One message delivered many times, also at once: all of it is success.
EndpointCheck SameDelivery(const EndpointTarget& target, std::string name, int times, bool at_once) {
  return {std::move(name), [target, times, at_once] {
            const std::string user = UserJson(EndpointSender::FreshId("user_2conformance"), 1'700'000'000'000, "Ada");
            const Delivery delivery = target.sender.Signed(EventJson(target, "user.created", user));
            std::atomic<int> failure{-1};
            const auto send = [&] {
              const int status = target.sender.Send(delivery);
              if (!Expect2xx(status).empty()) failure = status;
            };
            std::vector<std::jthread> senders;
            for (int i = 0; i < times; ++i) {
              if (at_once) {
                senders.emplace_back(send);
              } else {
                send();
              }
            }
            senders.clear();
            return failure == -1 ? std::string() : Expect2xx(failure);
          }};
}

}  // namespace

std::vector<EndpointCheck> AcceptanceChecks(const EndpointTarget& target) {
  Acceptance checks(target);
  AddLifeOfAUser(checks);
  AddOddUsers(checks);
  AddOtherEvents(checks);
  AddSignatures(checks, target);
  auto all = checks.Take();
  all.push_back(SameDelivery(target, "one delivery three times, each after the other", 3, false));
  all.push_back(SameDelivery(target, "one delivery twenty times at once", 20, true));
  return all;
}

}  // namespace clerk::conformance
