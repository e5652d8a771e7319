#include "sim/kubernetes/label_selector.hpp"

#include <algorithm>
#include <utility>

namespace drey::sim {

namespace {

std::string_view trimmed(std::string_view x) {
  while (!x.empty() && x.front() == ' ') x.remove_prefix(1);
  while (!x.empty() && x.back() == ' ') x.remove_suffix(1);
  return x;
}

/// A key or value as a selector may hold it, so that "a in (b" is refused and not matched.
bool is_word(std::string_view x) { return x.find_first_of(" ()!=<>") == std::string_view::npos; }

}  // namespace

std::optional<label_selector::term> label_selector::parse_term(std::string_view text) {
  const auto sign = text.find('=');
  if (sign == std::string_view::npos) {
    const bool absent = text.starts_with('!');
    const auto key = trimmed(text.substr(absent ? 1 : 0));
    if (key.empty() || !is_word(key)) return std::nullopt;
    return term{absent ? relation::absent : relation::exists, std::string{key}, {}};
  }
  const bool differs = sign > 0 && text[sign - 1] == '!';
  const bool doubled = !differs && text.substr(sign).starts_with("==");
  const auto key = trimmed(text.substr(0, differs ? sign - 1 : sign));
  const auto value = trimmed(text.substr(sign + (doubled ? 2 : 1)));
  if (key.empty() || !is_word(key) || !is_word(value)) return std::nullopt;
  return term{differs ? relation::differs : relation::equals, std::string{key}, std::string{value}};
}

std::optional<label_selector> label_selector::parse(std::string_view text) {
  label_selector result;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto parsed = parse_term(trimmed(text.substr(0, comma)));
    if (!parsed) return std::nullopt;
    result.terms_.push_back(std::move(*parsed));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return result;
}

bool label_selector::holds(const term& x, const string_map& labels) {
  const auto found = labels.find(x.key);
  const bool present = found != labels.end();
  switch (x.how) {
    case relation::equals:
      return present && found->second == x.value;
    case relation::differs:
      return !present || found->second != x.value;
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

}  // namespace drey::sim
