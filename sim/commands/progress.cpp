#include "sim/commands/progress.hpp"

#include <string>

#include "sim/commands/terminal.hpp"

namespace drey::sim {

namespace {

constexpr std::uint64_t bar_columns = 30;
constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::string_view erase_line = "\r\x1b[K";

}  // namespace

std::string progress_text(std::uint64_t done, std::uint64_t total, std::uint64_t violated,
                          std::int64_t left_seconds) {
  // In floating point: done * columns could overflow for absurd numbers of seeds.
  const auto full = static_cast<std::uint64_t>(static_cast<double>(done) /
                                               static_cast<double>(total) * bar_columns);
  std::string text = "[" + std::string(full, '#') + std::string(bar_columns - full, '-') + "] " +
                     std::to_string(done) + "/" + std::to_string(total) + " seeds";
  if (violated > 0) text += ", " + std::to_string(violated) + " violated";
  if (left_seconds >= 0) text += ", " + std::to_string(left_seconds) + "s left";
  return text;
}

progress::progress(std::ostream& err, std::uint64_t total)
    : err_(err),
      visible_(is_terminal(err)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      drawn_(start_) {}

void progress::advance(seed verdict) {
  ++done_;
  if (verdict == seed::violated) ++violated_;
  if (!visible_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ >= redraw_every) draw(now);
}

void progress::draw(std::chrono::steady_clock::time_point now) {
  drawn_ = now;
  const std::chrono::duration<double> used = now - start_;
  const auto left = used.count() / static_cast<double>(done_) * static_cast<double>(total_ - done_);
  err_ << erase_line << progress_text(done_, total_, violated_, static_cast<std::int64_t>(left))
       << std::flush;
}

void progress::clear() {
  if (visible_ && drawn_ != start_) err_ << erase_line << std::flush;
}

}  // namespace drey::sim
