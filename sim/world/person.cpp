#include "sim/world/person.hpp"

#include <utility>

namespace drey::sim {

namespace {

bool is_away(const kube_answer& answer) {
  const auto* why = std::get_if<refusal>(&answer.result);
  return why != nullptr && why->reason == refusal_reason::unavailable;
}

}  // namespace

void person::wants(std::string what, request ask) {
  wishes_.push_back({std::move(what), std::move(ask), time_.now()});
  if (wishes_.size() == 1) go_on();  // else an earlier one waits, and this one behind it
}

void person::go_on() {
  while (!wishes_.empty()) {
    auto& first = wishes_.front();
    if (is_away(first.ask())) {
      time_.after(patience, [this] { go_on(); });
      return;
    }
    if (first.begun < time_.now()) tell_(first.what);
    wishes_.pop_front();
  }
}

}  // namespace drey::sim
