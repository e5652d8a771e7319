#include "sim/report/lanes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace drey::sim {

std::string_view name_of(bar_kind x) {
  constexpr std::array<std::string_view, 3> names{"starting", "running", "outage"};
  return names.at(static_cast<std::size_t>(x));
}

std::string_view name_of(mark_kind x) {
  constexpr std::array<std::string_view, 5> names{"restored", "savepoint", "bad", "warning",
                                                  "finished"};
  return names.at(static_cast<std::size_t>(x));
}

namespace {

constexpr std::array lane_order{subject::operator_,    subject::cluster, subject::job_manager,
                                subject::task_manager, subject::job,     subject::node};

std::optional<std::size_t> lane_rank(subject x) {
  const auto* found = std::find(lane_order.begin(), lane_order.end(), x);
  if (found == lane_order.end()) return std::nullopt;
  return static_cast<std::size_t>(found - lane_order.begin());
}

bool ends_lane(const happening& x) {
  return x.what == "gone" || x.what == "deleted" || x.what == "finished";
}

std::optional<bar_kind> bar_begun_by(const happening& x) {
  if (x.tone == tone::recovered) return bar_kind::running;
  if (x.tone == tone::outage) return bar_kind::outage;
  return std::nullopt;
}

std::optional<mark_kind> mark_made_by(const happening& x) {
  if (x.what == "restored") return mark_kind::restored;
  if (x.what == "savepoint_completed") return mark_kind::savepoint;
  if (x.what == "finished") return mark_kind::finished;
  if (x.tone == tone::bad) return mark_kind::bad;
  if (x.tone == tone::warning) return mark_kind::warning;
  return std::nullopt;
}

/// Draws one lane, happening by happening.
class drawing {
public:
  void draw(const happening& x) {
    if (const auto kind = mark_made_by(x)) lane_.marks.push_back({x.at, *kind, x.text});
    if (ends_lane(x))
      close(x.at);
    else if (const auto kind = bar_begun_by(x))
      begin(*kind, x);
    else if (!open_)
      begin(bar_kind::starting, x);
  }

  lane finish(subject subject, const std::string& name, milliseconds end) {
    close(end);
    lane_.subject = subject;
    lane_.name = name;
    return std::move(lane_);
  }

private:
  void begin(bar_kind kind, const happening& x) {
    if (open_ && open_->kind == kind) return;
    close(x.at);
    open_ = bar{x.at, x.at, kind, x.text};
  }
  void close(milliseconds at) {
    if (!open_) return;
    open_->to = at;
    if (open_->to > open_->from) lane_.bars.push_back(std::move(*open_));
    open_.reset();
  }

  lane lane_;
  std::optional<bar> open_;
};

}  // namespace

std::vector<lane> lanes_of(const run_result& result) {
  std::map<std::pair<std::size_t, std::string>, drawing> drawings;
  for (const auto& one : result.happenings)
    if (const auto rank = lane_rank(one.subject)) drawings[{*rank, one.name}].draw(one);
  std::vector<lane> lanes;
  for (auto& [key, one] : drawings)
    lanes.push_back(one.finish(lane_order.at(key.first), key.second, result.end));
  return lanes;
}

std::vector<pin> pins_of(const run_result& result, milliseconds apart) {
  std::vector<pin> pins;
  for (const auto& one : result.happenings) {
    const bool is_fault = one.subject == subject::fault && one.tone != tone::note;
    if (!is_fault && one.subject != subject::person) continue;
    if (pins.empty() || one.at - pins.back().at >= apart) pins.push_back({one.at, {}});
    pins.back().what.push_back(one);
  }
  return pins;
}

}  // namespace drey::sim
