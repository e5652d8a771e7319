#include "protocol/yaml_tree.hpp"

#include <charconv>

#include "protocol/json_text.hpp"

namespace drey {

yaml_tree::id yaml_tree::member(id map, std::string_view key) const {
  const auto& children = at(map).children;
  if (at(map).what != kind::map) return npos;
  for (std::size_t i = 0; i < children.size(); i += 2)
    if (at(children[i]).text == key) return children[i + 1];
  return npos;
}

void yaml_tree::append_json(std::string& out, id which) const {
  const auto& here = at(which);
  if (here.what == kind::scalar) {
    if (here.type == scalar_type::text)
      append_quoted(out, here.text);
    else
      out += here.text;
    return;
  }
  const bool map = here.what == kind::map;
  out += map ? '{' : '[';
  for (std::size_t i = 0; i < here.children.size(); ++i) {
    const bool value = map && i % 2 == 1;
    if (i > 0) out += value ? ':' : ',';
    if (map && !value)
      append_quoted(out, at(here.children[i]).text);
    else
      append_json(out, here.children[i]);
  }
  out += map ? '}' : ']';
}

std::string yaml_tree::json_of(id root) const {
  std::string out;
  out.reserve(static_cast<std::size_t>(at(root).bytes + 4 * at(root).nodes));
  append_json(out, root);
  return out;
}

namespace {

/// Takes `name` and what separates it from the next one off the front of `path`. False: `path` does
/// not begin so.
bool take_segment(std::string_view& path, std::string_view name) {
  auto rest = path;
  if (!rest.starts_with(name)) return false;
  rest.remove_prefix(name.size());
  if (!rest.empty() && rest.front() != '.' && rest.front() != '[' && rest.front() != ']')
    return false;
  while (!rest.empty() && (rest.front() == '.' || rest.front() == '[' || rest.front() == ']'))
    rest.remove_prefix(1);
  path = rest;
  return true;
}

}  // namespace

yaml_tree::id yaml_tree::step(id from, std::string_view& path, int& line) const {
  const auto& here = at(from);
  if (here.what == kind::list) {
    std::size_t index = 0;
    const auto [end, code] = std::from_chars(path.data(), path.data() + path.size(), index);
    const std::string_view digits = path.substr(0, static_cast<std::size_t>(end - path.data()));
    if (code != std::errc{} || index >= here.children.size() || !take_segment(path, digits))
      return npos;
    line = at(here.children[index]).line;
    return here.children[index];
  }
  id next = npos;
  auto rest = path;
  for (std::size_t i = 0; i + 1 < here.children.size(); i += 2) {
    auto behind = path;
    const auto& name = at(here.children[i]);
    if (!take_segment(behind, name.text) || behind.size() > rest.size()) continue;
    rest = behind;  // the longest name that fits: names may hold dots
    next = here.children[i + 1];
    line = name.line;
  }
  path = rest;
  return next;
}

int yaml_tree::line_of(id root, std::string_view path) const {
  int line = at(root).line;
  while (!path.empty() && root != npos) root = step(root, path, line);
  return line;
}

}  // namespace drey
