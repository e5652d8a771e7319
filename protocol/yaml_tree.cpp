#include "protocol/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "protocol/json_text.hpp"
#include "protocol/limits.hpp"
#include "protocol/yaml_scalar.hpp"

namespace drey {

namespace {

/// Ends yaml-cpp's parsing from within an event; never leaves this file.
struct stop_parsing {
  field_error why;
};

constexpr std::string_view merge_key = "<<";

}  // namespace

/// Builds the tree from yaml-cpp's events.
class yaml_builder : public YAML::EventHandler {
public:
  explicit yaml_builder(yaml_tree& tree) : tree_(tree) {}

  void OnDocumentStart(const YAML::Mark&) override {
    anchors_.clear();
    open_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add_scalar(mark, anchor, {scalar_type::null, "null"});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      stop(mark, "an alias stands inside its own anchor", "Write the value out");
    adopt(found->second, mark);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    add_scalar(mark, anchor, resolved(mark, tag, value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, yaml_tree::kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, yaml_tree::kind::map);
  }
  void OnMapEnd() override {
    merge(open_.back().node);
    refuse_duplicates(open_.back().node);
    close();
  }

private:
  struct opened {
    yaml_tree::id node;
    YAML::anchor_t anchor;
  };

  [[noreturn]] static void stop(const YAML::Mark& mark, std::string problem, std::string remedy) {
    throw stop_parsing{{{}, std::move(problem), std::move(remedy), mark.line + 1}};
  }

  static yaml_scalar resolved(const YAML::Mark& mark, const std::string& tag,
                              const std::string& value) {
    const bool text = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (text) return {scalar_type::text, value};
    const bool plain = tag == "?" || tag.empty() || tag == "tag:yaml.org,2002:int" ||
                       tag == "tag:yaml.org,2002:float" || tag == "tag:yaml.org,2002:bool" ||
                       tag == "tag:yaml.org,2002:null";
    if (!plain) stop(mark, "unknown tag '" + tag + "'", "Write the value without a tag");
    const auto result = resolve_plain_scalar(value);
    if (const auto* scalar = std::get_if<yaml_scalar>(&result)) return *scalar;
    stop(mark, "'" + value + "' is not a number that JSON can hold", "Put it in quotes");
  }

  yaml_tree::node& node(yaml_tree::id which) { return tree_.nodes_[which]; }

  /// True when the next child of the open map is a key.
  bool at_key() {
    return !open_.empty() && node(open_.back().node).what == yaml_tree::kind::map &&
           node(open_.back().node).children.size() % 2 == 0;
  }

  yaml_tree::id make(const YAML::Mark& mark, yaml_tree::kind what) {
    const auto fresh = static_cast<yaml_tree::id>(tree_.nodes_.size());
    auto& made = tree_.nodes_.emplace_back();
    made.what = what;
    made.line = mark.line + 1;
    return fresh;
  }

  void add_scalar(const YAML::Mark& mark, YAML::anchor_t anchor, yaml_scalar value) {
    const auto fresh = make(mark, yaml_tree::kind::scalar);
    if (at_key() && value.type == scalar_type::null)
      stop(mark, "a key is empty", "Give the field a name");
    node(fresh).type = value.type;
    node(fresh).text = std::move(value.json);
    node(fresh).bytes = static_cast<std::int64_t>(node(fresh).text.size());
    if (anchor != 0) anchors_[anchor] = fresh;
    adopt(fresh, mark);
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, yaml_tree::kind what) {
    if (at_key()) stop(mark, "a key is not a scalar", "Write the key as a string");
    if (open_.size() >= limits::document_depth_max)
      stop(mark, "is nested deeper than " + std::to_string(limits::document_depth_max) + " levels",
           "Flatten it");
    const auto fresh = make(mark, what);
    open_.push_back({fresh, anchor});
  }

  void close() {
    const auto done = open_.back();
    open_.pop_back();
    if (done.anchor != 0) anchors_[done.anchor] = done.node;
    adopt_closed(done.node);
  }

  void adopt(yaml_tree::id child, const YAML::Mark& mark) {
    if (at_key() && node(child).what != yaml_tree::kind::scalar)
      stop(mark, "a key is not a scalar", "Write the key as a string");
    adopt_closed(child);
  }

  /// Puts a complete node where it belongs and keeps the bounds.
  void adopt_closed(yaml_tree::id child) {
    total_nodes_ += 1;
    if (open_.empty()) {
      tree_.documents_.push_back(child);
      return;
    }
    auto& parent = node(open_.back().node);
    parent.children.push_back(child);
    grow(parent, node(child), node(child).line);
  }

  void grow(yaml_tree::node& parent, const yaml_tree::node& child, int line) {
    parent.nodes += child.nodes;
    parent.bytes += child.bytes;
    if (parent.nodes > limits::yaml_nodes_max || total_nodes_ > limits::yaml_nodes_max)
      throw stop_parsing{{{},
                          "has more than " + std::to_string(limits::yaml_nodes_max) +
                              " values once its aliases are followed",
                          "Write fewer values or fewer aliases",
                          line}};
    if (parent.bytes > limits::manifest_bytes_max)
      throw stop_parsing{{{},
                          "is larger than " + std::to_string(limits::manifest_bytes_max) +
                              " bytes once its aliases are followed",
                          "Write fewer aliases",
                          line}};
  }

  /// Applies `<<`: members of the merged maps that the map does not have itself; the first of
  /// several merged maps wins.
  void merge(yaml_tree::id map) {
    std::vector<yaml_tree::id> own;
    std::vector<yaml_tree::id> sources;
    const auto& children = node(map).children;
    for (std::size_t at = 0; at + 1 < children.size(); at += 2) {
      if (node(children[at]).text == merge_key)
        collect_sources(children[at + 1], sources);
      else
        own.insert(own.end(), {children[at], children[at + 1]});
    }
    if (sources.empty()) return;
    node(map).children = std::move(own);
    std::set<std::string, std::less<>> names;
    for (std::size_t at = 0; at < children.size(); at += 2) names.insert(node(children[at]).text);
    for (const auto source : sources) add_missing(map, source, names);
  }

  void collect_sources(yaml_tree::id value, std::vector<yaml_tree::id>& sources) {
    if (node(value).what == yaml_tree::kind::map) {
      sources.push_back(value);
      return;
    }
    for (const auto item : node(value).children)
      if (node(item).what == yaml_tree::kind::map) sources.push_back(item);
    if (node(value).what == yaml_tree::kind::scalar)
      throw stop_parsing{
          {{}, "'<<' does not name a map", "Merge an alias of a map", node(value).line}};
  }

  void add_missing(yaml_tree::id map, yaml_tree::id source,
                   std::set<std::string, std::less<>>& own) {
    for (std::size_t at = 0; at < node(source).children.size(); at += 2) {
      const auto name = node(source).children[at];
      const auto value = node(source).children[at + 1];
      total_nodes_ += 1;
      if (!own.insert(node(name).text).second) continue;
      node(map).children.insert(node(map).children.end(), {name, value});
      grow(node(map), node(value), node(value).line);
    }
  }

  void refuse_duplicates(yaml_tree::id map) {
    std::map<std::string_view, int> lines;
    const auto& children = node(map).children;
    for (std::size_t at = 0; at < children.size(); at += 2) {
      const auto& name = node(children[at]);
      const auto [first, fresh] = lines.emplace(name.text, name.line);
      if (!fresh)
        throw stop_parsing{{{},
                            "the key '" + name.text + "' was given before, in line " +
                                std::to_string(first->second),
                            "Keep one of the two",
                            name.line}};
    }
  }

  yaml_tree& tree_;
  std::vector<opened> open_;
  std::map<YAML::anchor_t, yaml_tree::id> anchors_;
  std::int64_t total_nodes_ = 0;
};

yaml_tree yaml_tree::parse(std::string_view text, field_errors& errors) {
  yaml_tree tree;
  yaml_builder builder(tree);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const stop_parsing& stopped) {
    errors.push_back(stopped.why);
  } catch (const YAML::Exception& wrong) {
    errors.push_back(
        {{}, "is not valid YAML: " + wrong.msg, "Correct the text", wrong.mark.line + 1});
  }
  return tree;
}

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
