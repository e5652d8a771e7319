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
                                subject::task_manager, subject::job,     subject::node,
                                subject::kubernetes};

/// What a happening means for its lane.
enum class turn { nothing, starts, serves, fails, stops, ends };

struct word {
  std::string_view what;
  turn means;
};
constexpr std::array words{
    word{"job_running", turn::serves}, word{"job_restored", turn::serves},
    word{"registered", turn::serves},  word{"leader_elected", turn::serves},
    word{"job_failed", turn::fails},   word{"lost", turn::fails},
    word{"leader_lost", turn::fails},  word{"container_crashed", turn::fails},
    word{"pod_evicted", turn::fails},  word{"pod_deleted", turn::fails},
    word{"pod_stopped", turn::stops},  word{"job_finished", turn::ends},
    word{"job_canceled", turn::ends},  word{"node_removed", turn::ends},
    word{"resource_gone", turn::ends},
};

turn meaning_of(const happening& x) {
  if (x.tone == tone::recovered) return turn::serves;
  if (x.tone == tone::outage) return turn::fails;
  for (const auto& one : words)
    if (one.what == x.what) return one.means;
  return x.tone == tone::note || x.tone == tone::good ? turn::starts : turn::nothing;
}

std::optional<mark_kind> mark_made_by(const happening& x) {
  if (x.what == "job_restored") return mark_kind::restored;
  if (x.what == "savepoint_completed") return mark_kind::savepoint;
  if (x.what == "job_finished") return mark_kind::finished;
  if (meaning_of(x) != turn::nothing) return std::nullopt;
  return x.tone == tone::bad ? mark_kind::bad : mark_kind::warning;
}

/// Draws one lane, happening by happening.
class drawing {
public:
  explicit drawing(subject whom) { lane_.subject = whom; }

  void draw(const happening& x) {
    if (const auto kind = mark_made_by(x)) lane_.marks.push_back({x.at, *kind, x.text});
    const auto means = meaning_of(x);
    if (means == turn::serves)
      begin(bar_kind::running, x);
    else if (means == turn::fails)
      fail(x);
    else if (means == turn::ends)
      close(x.at);
    else if (means == turn::stops)
      stop(x.at);
    else if (means == turn::starts)
      start(x);
  }

  /// What runs on a node that loses its power is dead, though nobody says so.
  void lose_node(const happening& x) {
    if (open_ && !stopped_) begin(bar_kind::outage, x);
  }

  lane finish(const std::string& name, milliseconds end) {
    close(stopped_.value_or(end));
    lane_.name = name;
    return std::move(lane_);
  }

private:
  /// Of a node or the API server nothing is told until it fails: it was there all the time.
  bool was_there_silently() const {
    const bool silent = lane_.subject == subject::node || lane_.subject == subject::kubernetes;
    return silent && !open_ && lane_.bars.empty();
  }

  void fail(const happening& x) {
    if (was_there_silently()) open_ = bar{milliseconds{0}, x.at, bar_kind::running, "is there"};
    // Its JobManager misses a TaskManager that was told to go: an outage only if it comes back.
    if (lane_.subject == subject::task_manager && gone_since_) {
      if (!open_) open_ = bar{*gone_since_, x.at, bar_kind::outage, x.text};
      stopped_ = gone_since_;
      return;
    }
    begin(bar_kind::outage, x);
  }
  void stop(milliseconds at) {
    if (open_ && open_->kind == bar_kind::outage)
      stopped_ = at;
    else
      close(at);
    gone_since_ = at;
  }
  void start(const happening& x) {
    stopped_.reset();
    gone_since_.reset();
    if (!open_) begin(bar_kind::starting, x);
  }
  void begin(bar_kind kind, const happening& x) {
    stopped_.reset();
    gone_since_.reset();
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
  std::optional<milliseconds> stopped_;     ///< the open outage ends here unless it comes back
  std::optional<milliseconds> gone_since_;  ///< its pod stopped, and none has started since
};

/// "pod a started on node b" names the node last.
std::string last_word(const std::string& text) { return text.substr(text.rfind(' ') + 1); }

bool has_lane(const happening& x) {
  if (x.subject == subject::kubernetes) return x.what == "api_outage" || x.what == "api_back";
  return std::find(lane_order.begin(), lane_order.end(), x.subject) != lane_order.end();
}

}  // namespace

std::vector<lane> lanes_of(const std::vector<happening>& happenings, milliseconds end) {
  std::map<std::pair<std::ptrdiff_t, std::string>, drawing> drawings;
  std::map<std::pair<std::ptrdiff_t, std::string>, std::string> nodes;
  for (const auto& one : happenings) {
    if (!has_lane(one)) continue;
    const auto* rank = std::find(lane_order.begin(), lane_order.end(), one.subject);
    const std::pair key{rank - lane_order.begin(), one.name};
    drawings.try_emplace(key, one.subject).first->second.draw(one);
    if (one.what == "pod_started") nodes[key] = last_word(one.text);
    if (one.what != "node_power_off") continue;
    for (const auto& [there, node] : nodes)
      if (node == one.name) drawings.at(there).lose_node(one);
  }
  std::vector<lane> lanes;
  for (auto& [key, one] : drawings) lanes.push_back(one.finish(key.second, end));
  return lanes;
}

std::vector<outage_figure> outages_of(const std::vector<happening>& happenings, milliseconds end) {
  std::vector<outage_figure> figures;
  for (const auto& one : lanes_of(happenings, end)) {
    if (one.subject != subject::cluster && one.subject != subject::job_manager &&
        one.subject != subject::job)
      continue;
    auto& figure = figures.emplace_back();
    figure.subject = one.subject;
    figure.name = one.name;
    for (const auto& part : one.bars) {
      if (part.kind != bar_kind::outage) continue;
      figure.total += part.to - part.from;
      figure.longest = std::max(figure.longest, part.to - part.from);
      ++figure.count;
    }
  }
  return figures;
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
