// yaml_tree::parse: from yaml-cpp's events to the tree, within its bounds.

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "protocol/limits.hpp"
#include "protocol/yaml_scalar.hpp"
#include "protocol/yaml_tree.hpp"

namespace drey {

namespace {

/// Ends yaml-cpp's parsing from within an event; never leaves this file.
struct stop_parsing {
  field_error why;
};

constexpr std::string_view merge_key = "<<";

/// Where the first character stands that YAML does not allow; npos: nowhere.
std::size_t control_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto code = static_cast<unsigned char>(text[at]);
    if (code == 0x7f || (code < 0x20 && code != '\t' && code != '\n' && code != '\r')) return at;
  }
  return text.npos;
}

}  // namespace

/// Builds the tree from yaml-cpp's events.
class yaml_builder : public YAML::EventHandler {
public:
  yaml_builder(yaml_tree& tree, std::string_view text) : tree_(tree), text_(text) {}

  /// yaml-cpp begins a new document where an old one cannot go on; YAML wants it marked.
  void OnDocumentStart(const YAML::Mark& mark) override {
    const auto from = std::min(static_cast<std::size_t>(mark.pos), text_.size());
    const auto before = text_.substr(0, text_.find_last_not_of(" \r\n", from - (from > 0)) + 1);
    if (!tree_.documents_.empty() && !text_.substr(from).starts_with("---") &&
        !before.ends_with("\n..."))
      stop(mark, "does not belong to what stands above it",
           "Correct the indentation, or begin a new document with ---");
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
    last_scalar_ = mark;
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

  /// yaml-cpp takes a quoted text that nobody closed, which swallows the rest of the file; then
  /// the last document is not what its author meant.
  void refuse_open_quote() const {
    const auto from = static_cast<std::size_t>(last_scalar_.pos);
    if (last_scalar_.is_null() || from >= text_.size()) return;
    const char quote = text_[from];
    if (quote != '"' && quote != '\'') return;
    for (auto at = from + 1; at < text_.size(); ++at) {
      const bool doubled = quote == '\'' && text_.substr(at).starts_with("''");
      if (doubled || (quote == '"' && text_[at] == '\\'))
        ++at;
      else if (text_[at] == quote)
        return;
    }
    tree_.documents_.pop_back();
    stop(last_scalar_, "a quoted text is not closed", "Close its quotes");
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
    if (!plain) stop(mark, "unknown tag '" + excerpt(tag) + "'", "Write the value without a tag");
    const auto result = resolve_plain_scalar(value);
    if (const auto* scalar = std::get_if<yaml_scalar>(&result)) return *scalar;
    stop(mark, "'" + excerpt(value) + "' is not a number that JSON can hold", "Put it in quotes");
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
    count(node(child).line);
    if (open_.empty()) {
      tree_.documents_.push_back(child);
      return;
    }
    auto& parent = node(open_.back().node);
    parent.children.push_back(child);
    grow(parent, node(child), node(child).line);
  }

  /// One more value was looked at: the work stays bounded, whatever the aliases do.
  void count(int line) {
    if (++total_nodes_ > limits::yaml_nodes_max) refuse_size(line);
  }

  [[noreturn]] static void refuse_size(int line) {
    throw stop_parsing{{{},
                        "has more than " + std::to_string(limits::yaml_nodes_max) +
                            " values once its aliases are followed",
                        "Write fewer values or fewer aliases",
                        line}};
  }

  void grow(yaml_tree::node& parent, const yaml_tree::node& child, int line) {
    parent.nodes += child.nodes;
    parent.bytes += child.bytes;
    if (parent.nodes > limits::yaml_nodes_max) refuse_size(line);
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
      count(node(name).line);
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
                            "the key '" + excerpt(name.text) + "' was given before, in line " +
                                std::to_string(first->second),
                            "Keep one of the two",
                            name.line}};
    }
  }

  yaml_tree& tree_;
  std::string_view text_;
  std::vector<opened> open_;
  std::map<YAML::anchor_t, yaml_tree::id> anchors_;
  std::int64_t total_nodes_ = 0;
  YAML::Mark last_scalar_ = YAML::Mark::null_mark();
};

yaml_tree yaml_tree::parse(std::string_view text, field_errors& errors) {
  yaml_tree tree;
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const auto at = control_character(text); at != text.npos) {
    const auto before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    errors.push_back({{}, "holds a control character", "Remove it", static_cast<int>(line)});
    return tree;
  }
  yaml_builder builder(tree, text);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    builder.refuse_open_quote();
  } catch (const stop_parsing& stopped) {
    errors.push_back(stopped.why);
  } catch (const YAML::Exception& wrong) {
    errors.push_back(
        {{}, "is not valid YAML: " + wrong.msg, "Correct the text", wrong.mark.line + 1});
  }
  return tree;
}

}  // namespace drey
