/// Cuts a stream of bytes into lines. What is not a whole line yet is kept, up to a bound.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drey {

class line_buffer {
public:
  explicit line_buffer(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  /// False: a line is longer than allowed. Call `next` until it has no more before adding again.
  bool add(std::string_view bytes) {
    bytes_.erase(0, taken_);
    taken_ = 0;
    bytes_.append(bytes);
    return bytes_.size() <= line_bytes_max_ || bytes_.find('\n') <= line_bytes_max_;
  }

  /// The next whole line without its end; valid until the next `add`.
  std::optional<std::string_view> next() {
    const auto end = bytes_.find('\n', taken_);
    if (end == std::string::npos) return std::nullopt;
    const auto line = std::string_view{bytes_}.substr(taken_, end - taken_);
    taken_ = end + 1;
    return line;
  }

private:
  std::size_t line_bytes_max_;
  std::string bytes_;
  std::size_t taken_ = 0;
};

}  // namespace drey
