// Misspelt fields: the CRDs keep what they do not know (nothing of Apache's may be lost), so nobody
// but us tells the author.
#include <algorithm>
#include <numeric>

#include "protocol/json_reader.hpp"
#include "protocol/spec_fields.hpp"
#include "protocol/validation_view.hpp"

namespace drey::validation {

namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : a) {
    auto diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (letter == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

/// A visitor of field_table.hpp: collects the names, and at the rest compares.
class spelling_check {
public:
  spelling_check(std::string path, report& out) : path_(std::move(path)), out_(out) {}

  template <class T>
  void field(std::string_view name, const T& member, std::string_view) {
    names_.push_back(name);
    if constexpr (optional_fielded<T>) {
      if (member) look_into(name, *member);
    } else if constexpr (fielded<T>) {
      look_into(name, member);
    }
  }
  void choice(std::string_view name, auto&&...) { names_.push_back(name); }
  void text(std::string_view name, auto&&...) { names_.push_back(name); }
  void cores(std::string_view name, auto&&...) { names_.push_back(name); }
  void configuration(std::string_view name, auto&&...) { names_.push_back(name); }
  void presence(std::string_view name, auto&&...) { names_.push_back(name); }
  void group(std::string_view name, auto&&...) { names_.push_back(name); }

  void rest(const json_text& unknown) {
    if (unknown.empty()) return;
    const auto tree = simdjson::padded_string(unknown);
    simdjson::dom::parser parser;
    simdjson::dom::object members;
    if (parser.parse(tree).get(members) != simdjson::SUCCESS) return;
    std::size_t told = 0;
    for (const auto& member : members)
      if (told++ < field_errors_max)
        out_.warning(path_ + "." + excerpt(member.key), "is an unknown field and ignored",
                     remedy_for(member.key));
  }

private:
  template <class T>
  void look_into(std::string_view name, const T& member) {
    spelling_check inner(path_ + "." + std::string(name), out_);
    fields_of(inner, member);
  }

  std::string remedy_for(std::string_view wrong) const {
    constexpr std::size_t name_chars_max = 64;
    constexpr std::size_t slips_max = 3;
    constexpr std::size_t stem_chars_min = 4;
    std::string_view nearest;
    std::size_t least = slips_max + 1;
    if (wrong.size() <= name_chars_max)
      for (const auto name : names_)
        if (const auto slips = distance(wrong, name); slips < least) {
          least = slips;
          nearest = name;
        }
    for (const auto name : names_)
      if (wrong.size() >= stem_chars_min && name.starts_with(wrong))
        return "Did you mean " + std::string(name) + "?";
    if (nearest.empty() || least * 2 > nearest.size()) return "Check its spelling and its place";
    return "Did you mean " + std::string(nearest) + "?";
  }

  std::string path_;
  report& out_;
  std::vector<std::string_view> names_;
};

template <class T>
void check(const T& spec, report& out) {
  spelling_check visitor("spec", out);
  fields_of(visitor, spec);
}

}  // namespace

void check_unknown_fields(const flink_deployment_spec& spec, report& out) { check(spec, out); }
void check_unknown_fields(const flink_session_job_spec& spec, report& out) { check(spec, out); }
void check_unknown_fields(const flink_state_snapshot_spec& spec, report& out) { check(spec, out); }

}  // namespace drey::validation
