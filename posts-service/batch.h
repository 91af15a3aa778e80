#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "posts-service/errors.h"
#include "posts-service/requests.h"

namespace inkwell::posts {

// A request that passed the rules and waits for a database worker.
template <typename Request, typename Answer>
struct Pending {
  using RequestType = Request;
  Call call;
  Request request;
  Reply<Answer> reply;
};

// Answers, without any SQL, one that nobody waits for any more.
template <typename Item>
[[nodiscard]] bool AnswerIfAbandoned(Item& item) {
  if (item.call.deadline <= std::chrono::steady_clock::now()) {
    item.reply(tl::unexpected<runtime::Error>(DeadlinePassed()));
    return true;
  }
  if (item.call.is_cancelled()) {
    item.reply(tl::unexpected<runtime::Error>(CallCancelled()));
    return true;
  }
  return false;
}

// The same of many; keeps the others.
template <typename Item>
void DropAbandoned(std::vector<Item>& items) {
  std::erase_if(items, [](Item& item) { return AnswerIfAbandoned(item); });
}

// Carries out the items together: `run(std::span<const Request>, deadline)` returns an outcome for each, or an error for all. If
// it fails for another reason than that the database is away, each item is tried alone, so that a bad one hurts only itself.
// `answer(Item&, Request&&, Result<Outcome>)` is called once for each item.
template <typename Item, typename Run, typename Answer>
void RunTogether(std::vector<Item> items, const Run& run, const Answer& answer) {
  DropAbandoned(items);
  if (items.empty()) return;
  using Request = typename Item::RequestType;
  std::vector<Request> requests;
  requests.reserve(items.size());
  runtime::Deadline deadline{};
  for (Item& item : items) {
    requests.push_back(std::move(item.request));
    deadline = std::max(deadline, item.call.deadline);  // a caller in a hurry must not fail those who are not
  }
  const std::span<const Request> all(requests);
  auto outcomes = run(all, deadline);
  const bool one_by_one = !outcomes && items.size() > 1 && outcomes.error().code != runtime::Code::kUnavailable;
  using Outcome = typename std::decay_t<decltype(*outcomes)>::value_type;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (outcomes) {
      answer(items[i], std::move(requests[i]), runtime::Result<Outcome>(std::move((*outcomes)[i])));
      continue;
    }
    if (!one_by_one) {
      answer(items[i], std::move(requests[i]), runtime::Result<Outcome>(tl::unexpected<runtime::Error>(outcomes.error())));
      continue;
    }
    if (items[i].call.deadline <= std::chrono::steady_clock::now()) {
      items[i].reply(tl::unexpected<runtime::Error>(DeadlinePassed()));
      continue;
    }
    auto alone = run(all.subspan(i, 1), items[i].call.deadline);
    if (alone) {
      answer(items[i], std::move(requests[i]), runtime::Result<Outcome>(std::move(alone->front())));
    } else {
      answer(items[i], std::move(requests[i]),
             runtime::Result<Outcome>(tl::unexpected<runtime::Error>(std::move(alone).error())));
    }
  }
}

// The same, in the order of `less` (so that batches that touch the same rows wait for each other in one direction only), and
// those that `less` calls equal one after the other: a statement must not touch a row twice.
template <typename Item, typename Less, typename Run, typename Answer>
void RunInWaves(std::vector<Item> items, const Less& less, const Run& run, const Answer& answer) {
  std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return less(a.request, b.request); });
  while (!items.empty()) {
    std::vector<Item> wave;
    std::vector<Item> rest;
    for (Item& item : items) {
      const bool is_equal = !wave.empty() && !less(wave.back().request, item.request);
      (is_equal ? rest : wave).push_back(std::move(item));
    }
    RunTogether(std::move(wave), run, answer);
    items = std::move(rest);
  }
}

}  // namespace inkwell::posts
