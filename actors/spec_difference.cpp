#include "actors/spec_difference.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "protocol/field_paths.hpp"
#include "protocol/json_writer.hpp"

namespace drey {

namespace {

using json = nlohmann::json;
using spelling = field_path::spelling;

/// A name that can stand between dots.
bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// The objects of a list by their names, which are unique; none: it is no such list.
using named_items = std::map<std::string, const json*>;
std::optional<named_items> named(const json& list) {
  named_items all;
  for (const auto& item : list) {
    if (!item.is_object() || !item.contains("name") || !item["name"].is_string())
      return std::nullopt;
    if (!all.emplace(item["name"].get<std::string>(), &item).second) return std::nullopt;
  }
  return all;
}

/// The names that both lists have, in the order of the first.
std::vector<std::string> shared_names(const json& list, const named_items& other) {
  std::vector<std::string> names;
  for (const auto& item : list)
    if (auto name = item["name"].get<std::string>(); other.contains(name))
      names.push_back(std::move(name));
  return names;
}

struct place {
  std::string path;   ///< as it is told
  std::string field;  ///< from the spec, for the table
};

class comparison {
public:
  explicit comparison(std::span<const known_field> known) : known_(known) {}

  void compare(const place& here, const json& before, const json& after) {
    if (before == after || (is_empty(before) && is_empty(after))) return;
    const bool objects = is_object_or_none(before) && is_object_or_none(after);
    if (objects && is_known(here.field)) return compare_members(here, before, after);
    if (before.is_array() && after.is_array() && compare_items(here, before, after)) return;
    note(here, {}, before, after);
  }

  std::vector<spec_difference> take() { return std::move(found_); }

private:
  static bool is_empty(const json& x) { return x.is_null() || (x.is_structured() && x.empty()); }
  static bool is_object_or_none(const json& x) { return x.is_object() || x.is_null(); }
  static json_text text_of(const json& x) { return x.is_null() ? json_text{} : text_of_json(x); }

  /// One of the known fields, below one of them, or round one of them.
  bool is_known(std::string_view field) const {
    return field.empty() || std::ranges::any_of(known_, [&](const known_field& one) {
             return is_within(field, one.path) || is_within(one.path, field);
           });
  }

  spelling members_of(std::string_view field) const {
    const auto found = std::ranges::find(known_, field, &known_field::path);
    return found == known_.end() ? spelling::member : found->members;
  }

  void note(const place& here, std::string key, const json& before, const json& after) {
    found_.push_back({here.path, here.field, std::move(key), text_of(before), text_of(after)});
  }

  void compare_members(const place& here, const json& before, const json& after) {
    static const json none;
    const bool keys = members_of(here.field) == spelling::key;
    const auto look = [&](const std::string& name) {
      const auto& was = before.contains(name) ? before[name] : none;
      const auto& is = after.contains(name) ? after[name] : none;
      if (was == is) return;
      if (keys) return note({here.path + "[" + excerpt(name) + "]", here.field}, name, was, is);
      auto path = is_plain(name) ? here.path + "." + name : here.path + "[" + excerpt(name) + "]";
      compare({std::move(path), here.field.empty() ? name : here.field + "." + name}, was, is);
    };
    auto names = before.is_object() ? before : json::object();
    if (after.is_object()) names.update(after);
    for (const auto& [name, value] : names.items()) look(name);
  }

  /// False: they are lists that can only be compared as a whole, or in another order.
  bool compare_items(const place& here, const json& before, const json& after) {
    static const json none;
    const auto was = named(before);
    const auto is = named(after);
    if (!was || !is || shared_names(before, *is) != shared_names(after, *was)) return false;
    const auto at = [&](const std::string& name) -> place {
      return {here.path + "[" + excerpt(name) + "]", here.field};
    };
    for (const auto& [name, item] : *was)
      if (const auto same = is->find(name); same != is->end())
        compare(at(name), *item, *same->second);
      else
        note(at(name), {}, *item, none);
    for (const auto& [name, item] : *is)
      if (!was->contains(name)) note(at(name), {}, none, *item);
    return true;
  }

  std::span<const known_field> known_;
  std::vector<spec_difference> found_;
};

}  // namespace

std::vector<spec_difference> differences_of(const json_text& before, const json_text& after,
                                            std::span<const known_field> known) {
  comparison all(known);
  all.compare({"spec", {}}, json_of_text(before), json_of_text(after));
  return all.take();
}

}  // namespace drey
