#include "clerk-emulator/control_api/deliveries_page.h"

#include <chrono>
#include <ctime>
#include <string_view>

#include "clerk-emulator/http/html.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kShown = 100;

std::string TimeOf(UnixMillis moment) {
  const auto seconds = static_cast<std::time_t>(moment.seconds());
  std::tm utc{};
  char text[32];
  if (::gmtime_r(&seconds, &utc) == nullptr) return {};
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc));
}

std::string AttemptsOf(const MessageProgress& progress) {
  std::string list;
  for (const auto& attempt : progress.history) {
    const auto outcome = attempt.status == 0 ? EscapeHtml(attempt.error) : std::to_string(attempt.status);
    list += "<li>" + TimeOf(attempt.at) + " " + outcome + "</li>";
  }
  return list.empty() ? std::string() : "<ol>" + list + "</ol>";
}

std::string Row(const WebhookMessage& message) {
  const auto& progress = message.progress;
  std::string state(ToString(progress.state));
  if (progress.state == MessageState::kPending) state += "<br>next " + TimeOf(progress.next_attempt_at);
  const auto id = EscapeHtml(message.id);
  return "<tr><td>" + TimeOf(message.created_at) + "</td><td>" + EscapeHtml(message.type) + "<br><code>" +
         EscapeHtml(message.object_id) + "</code></td><td><code>" + id + "</code></td><td>" + state + "</td><td>" +
         AttemptsOf(progress) + R"~(</td><td><form method="post" action="/_emulator/deliveries/)~" + id +
         R"~(/replay?to=page"><button>Send again</button></form></td></tr>)~" + "\n";
}

}  // namespace

std::string DeliveriesPage(const State& state) {
  std::string page = R"~(<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>clerk-emulator: webhooks</title>
<style>:root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:clamp(1rem,4vw,2rem)}
.wide{overflow-x:auto}table{border-collapse:collapse;white-space:nowrap}button{font:inherit}
td,th{border-bottom:1px solid #8886;padding:.4rem .6rem;text-align:left;vertical-align:top}ol{margin:0;padding-left:1.2rem}</style>
</head><body><h1>Webhooks</h1>
)~";
  if (state.endpoint.disabled_at.value != 0) {
    page += "<p>The endpoint is disabled since " + TimeOf(state.endpoint.disabled_at) +
            " UTC: everything had failed for five days. POST /_emulator/webhooks/enable ends that.</p>\n";
  }
  if (state.messages.empty()) return page + "<p>Nothing was sent yet.</p></body></html>\n";
  page += "<p>The newest " + std::to_string(kShown) + " at most; times in UTC.</p>\n";
  page += "<div class=\"wide\" tabindex=\"0\"><table>\n";
  page += "<thead><tr><th>Time<th>Event<th>svix-id<th>State<th>Attempts<th></tr></thead><tbody>\n";
  std::size_t shown = 0;
  for (auto entry = state.messages.rbegin(); entry != state.messages.rend() && shown < kShown; ++entry, ++shown) {
    page += Row(entry->second);
  }
  return page + "</tbody></table></div></body></html>\n";
}

}  // namespace inkwell::emulator
