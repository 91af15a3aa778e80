// receive_webhook PORT: a server that takes Clerk's webhooks on POST /webhooks.
// CLERK_WEBHOOK_SIGNING_SECRET: whsec_…, from the endpoint's page in Clerk's dashboard.
#include <clerk/webhook_verifier.h>
#include <httplib.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

// Deliveries come at least once and in any order: what is stored must depend on updated_at, not on arrival.
void Apply(const clerk::WebhookEvent& event) {
  if (const auto* user = event.As<clerk::User>()) {
    std::cout << "store " << user->id << " as of " << user->updated_at << std::endl;
  } else if (const auto id = event.DeletedUserId()) {
    std::cout << "remove " << *id << std::endl;
  } else if (const auto* membership = event.As<clerk::OrganizationMembership>()) {
    std::cout << membership->user.user_id << " in " << membership->organization.id << ": " << event.type << std::endl;
  } else {  // also types that are newer than this program; event.data_json has everything
    std::cout << "ignore " << event.type << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  clerk::WebhookVerifierOptions options;
  if (const char* secret = std::getenv("CLERK_WEBHOOK_SIGNING_SECRET"))
    options.secrets = {secret};  // several while you rotate it
  const auto verifier = clerk::WebhookVerifier::Create(options);
  if (argc != 2 || !verifier) {
    std::cerr << (verifier ? "Usage: receive_webhook PORT" : verifier.error().message) << '\n';
    return 2;
  }

  httplib::Server server;
  server.Post("/webhooks", [&](const httplib::Request& request, httplib::Response& response) {
    std::vector<clerk::HttpHeader> headers;
    for (const auto& [name, value] : request.headers) headers.push_back({name, value});
    // The body as it came: what a framework parsed and wrote again has another signature.
    const auto event = verifier->Verify(clerk::WebhookHeaders::Find(headers), request.body);
    if (!event) {
      response.status = 400;
      response.set_content(std::string(clerk::ToString(event.error().reason)), "text/plain");
      return;
    }
    Apply(*event);          // before the answer: after a 200 the event does not come again
    response.status = 200;  // also for events that are ignored; 503 if it cannot be stored now
  });
  const int wanted = std::atoi(argv[1]);  // 0: any free port
  const int port = wanted == 0 ? server.bind_to_any_port("127.0.0.1") : server.bind_to_port("127.0.0.1", wanted) ? wanted : -1;
  if (port <= 0) return 1;
  std::cout << "listening on http://127.0.0.1:" << port << std::endl;
  return server.listen_after_bind() ? 0 : 1;
}
