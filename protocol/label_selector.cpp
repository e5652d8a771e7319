#include "protocol/label_selector.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace drey {

namespace {

constexpr std::size_t word_chars_max = 63;
constexpr std::size_t prefix_chars_max = 253;

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// A label's value, or the name in its key.
bool is_word(std::string_view x) {
  return !x.empty() && x.size() <= word_chars_max && is_alphanumeric(x.front()) &&
         is_alphanumeric(x.back()) && std::ranges::all_of(x, [](char c) {
           return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
         });
}

bool is_key(std::string_view x) {
  const auto slash = x.find('/');
  if (slash == std::string_view::npos) return is_word(x);
  const auto prefix = x.substr(0, slash);
  return !prefix.empty() && prefix.size() <= prefix_chars_max && is_alphanumeric(prefix.front()) &&
         is_alphanumeric(prefix.back()) &&
         std::ranges::all_of(prefix,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; }) &&
         is_word(x.substr(slash + 1));
}

bool ends_word(char c) { return std::string_view{" ,()!=<>"}.find(c) != std::string_view::npos; }

}  // namespace

/// Reads one term after the other; what it cannot read is told in `problem`.
class selector_reader {
public:
  explicit selector_reader(std::string_view text) : left_(text) {}

  std::string problem;

  std::vector<label_selector::term> all() {
    std::vector<label_selector::term> terms;
    skip();
    while (problem.empty() && !left_.empty()) {
      terms.push_back(one());
      skip();
      if (!problem.empty() || left_.empty()) break;
      if (!take(",")) complain("a comma is missing before '" + std::string{left_} + "'");
      skip();
      if (left_.empty()) complain("nothing follows the last comma");
    }
    return terms;
  }

private:
  using relation = label_selector::relation;

  label_selector::term one() {
    label_selector::term term;
    if (take("!")) term.how = relation::absent;
    term.key = word();
    if (!is_key(term.key)) complain("'" + term.key + "' is not the key of a label");
    if (term.how == relation::absent) return term;
    skip();
    if (take("!=")) return equals(std::move(term), relation::not_among);
    if (take("==") || take("=")) return equals(std::move(term), relation::among);
    if (take_word("in")) return among(std::move(term), relation::among);
    if (take_word("notin")) return among(std::move(term), relation::not_among);
    return term;
  }

  label_selector::term equals(label_selector::term term, relation how) {
    term.how = how;
    term.values.push_back(value());
    return term;
  }

  label_selector::term among(label_selector::term term, relation how) {
    term.how = how;
    skip();
    if (!take("(")) complain("the values of '" + term.key + "' do not begin with '('");
    do {
      term.values.push_back(value());
      skip();
    } while (take(","));
    if (!take(")")) complain("the values of '" + term.key + "' do not end with ')'");
    return term;
  }

  std::string value() {
    skip();
    auto text = word();
    if (!text.empty() && !is_word(text)) complain("'" + text + "' is not the value of a label");
    return text;
  }

  std::string word() {
    skip();
    const auto end = std::ranges::find_if(left_, ends_word);
    const auto size = static_cast<std::size_t>(end - left_.begin());
    std::string text{left_.substr(0, size)};
    left_.remove_prefix(size);
    return text;
  }

  void skip() {
    while (left_.starts_with(' ')) left_.remove_prefix(1);
  }
  bool take(std::string_view what) {
    if (!left_.starts_with(what)) return false;
    left_.remove_prefix(what.size());
    return true;
  }
  bool take_word(std::string_view what) {
    const bool is_whole = left_.size() > what.size() && ends_word(left_[what.size()]);
    return is_whole && take(what);
  }
  /// The first is what a person can act on.
  void complain(std::string what) {
    if (problem.empty()) problem = std::move(what);
  }

  std::string_view left_;
};

std::optional<label_selector> label_selector::parse(std::string_view text) {
  selector_reader from{text};
  label_selector result;
  result.terms_ = from.all();
  if (!from.problem.empty()) return std::nullopt;
  return result;
}

std::string selector_problem(std::string_view text) {
  selector_reader from{text};
  from.all();
  return from.problem;
}

bool label_selector::holds(const term& x, const string_map& labels) {
  const auto found = labels.find(x.key);
  const bool present = found != labels.end();
  const auto is_named = [&] {
    return std::ranges::find(x.values, found->second) != x.values.end();
  };
  switch (x.how) {
    case relation::among:
      return present && is_named();
    case relation::not_among:
      return !present || !is_named();
    case relation::exists:
      return present;
    case relation::absent:
      return !present;
  }
  return false;
}

bool label_selector::matches(const string_map& labels) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const term& x) { return holds(x, labels); });
}

bool includes(const string_map& labels, const string_map& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const auto found = labels.find(one.first);
    return found != labels.end() && found->second == one.second;
  });
}

}  // namespace drey
