#include "tests/unit/gateway/exchange.h"

#include <poll.h>

#include "gateway/http/mailbox.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {

Exchange::Exchange(Parts parts) : parts_(std::move(parts)), mailbox_(std::make_shared<Mailbox>()) {
  auto record = std::make_shared<RequestRecord>();
  record->method = parts_.method;
  record->target = parts_.target;
  for (const auto& [name, value] : parts_.headers) record->fields.push_back({name, value});
  record->body = parts_.body;
  record->request_id = "request-1";
  record->client_address = "127.0.0.1";
  record->received_at = std::chrono::steady_clock::now();
  record->deadline = record->received_at + parts_.timeout;
  record->path_parameters = parts_.path_parameters;
  record_ = std::move(record);
}

RequestInfo Exchange::request() const { return RequestInfo(record_); }

Reply Exchange::reply() const { return Reply(mailbox_, record_, 0, 0, 0); }

std::vector<Completion> Exchange::Next() const {
  pollfd readable{mailbox_->event_fd(), POLLIN, 0};
  std::vector<Completion> batch;
  if (poll(&readable, 1, 10'000) != 1) return batch;
  mailbox_->Acknowledge();
  mailbox_->Take(batch);
  return batch;
}

std::optional<Response> Exchange::Answer() const {
  std::vector<Completion> batch = Next();
  if (batch.empty() || batch.front().progress) return std::nullopt;
  const StreamSource stream = std::move(batch.front().stream);
  Response response = std::move(batch.front().response);
  if (!stream) return batch.size() == 1 ? std::optional(std::move(response)) : std::nullopt;
  std::string body;
  while (true) {
    StreamPipe::Piece piece = stream->Take();
    if (piece.cut) return std::nullopt;
    body += piece.bytes;
    if (piece.ended) break;
    if (!piece.bytes.empty()) {
      stream->Release();
    } else if (Next().empty()) {
      return std::nullopt;
    }
  }
  response.body = Body(std::move(body));
  return response;
}

std::optional<Response> Exchange::AnswerAndLeave() const {
  std::vector<Completion> batch = Next();
  if (batch.empty() || !batch.front().stream) return std::nullopt;
  return std::move(batch.front().response);
}

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const HeaderField& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

}  // namespace inkwell::gateway
