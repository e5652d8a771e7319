// A scenario that speaks of something it does not have is a mistake of its author's, not a run in
// which nothing happens.
#include <algorithm>
#include <set>

#include "sim/scenario/scenario_reader.hpp"
#include "sim/scenario/words.hpp"

namespace drey::sim {

namespace {

using known_names = std::set<std::pair<object_kind, object_name>>;

/// What exists at the start, or comes into being by `apply` during the run.
known_names names_of(const scenario& read) {
  known_names all;
  const auto add = [&](const object& one) {
    all.insert({kind_of(one), drey::name_of(one)});
    const auto* cluster = std::get_if<flink_deployment>(&one);
    if (cluster != nullptr && cluster->spec && cluster->spec->job)  // it has a job of its name
      all.insert({object_kind::flink_session_job, drey::name_of(one)});
  };
  for (const auto& one : read.resources) add(*one);
  for (const auto& event : read.events)
    if (const auto* applied = std::get_if<apply_object>(&event.action))
      add(*applied->object.wanted);
    else if (const auto* foreign = std::get_if<submit_foreign>(&event.action))
      all.insert({object_kind::flink_session_job, foreign->job});
  return all;
}

class checker {
public:
  checker(reading& from, const scenario& read)
      : from_(from), known_(names_of(read)), nodes_(read.nodes) {}

  void at_line(int line) { line_ = line; }

  void operator()(const crash_job_manager& x) { cluster(x.cluster); }
  void operator()(const node_down& x) { node(x.node); }
  void operator()(const node_up& x) { node(x.node); }
  void operator()(const cut_node& x) { node(x.node); }
  void operator()(const heal_node& x) { node(x.node); }
  void operator()(const silence_kubelet& x) { node(x.node); }
  void operator()(const wake_kubelet& x) { node(x.node); }
  void operator()(const cordon_node& x) { node(x.node); }
  void operator()(const uncordon_node& x) { node(x.node); }
  void operator()(const drain_node& x) { node(x.node); }
  void operator()(const patch_object& x) { primary(x.kind, x.name); }
  void operator()(const delete_object& x) { primary(x.kind, x.name); }
  void operator()(const evict_job_manager& x) { cluster(x.cluster); }
  void operator()(const hold_job_manager& x) { cluster(x.cluster); }
  void operator()(const hang_rest& x) { cluster(x.cluster); }
  void operator()(const kill_rest& x) { cluster(x.cluster); }
  void operator()(const submit_foreign& x) { cluster(x.cluster); }
  void operator()(const hinder_calls& x) { calls(x.calls); }
  void operator()(const crash_operator& x) {
    if (x.call) calls(*x.call);
  }
  void operator()(const scale_cluster& x) { cluster(x.cluster); }
  void operator()(const autoscale_cluster& x) { cluster(x.cluster); }
  void operator()(const load_cluster& x) { cluster(x.cluster); }
  void operator()(const request_savepoint& x) { job(x.job); }
  void operator()(const block_checkpoints& x) { job(x.job); }
  void operator()(const open_checkpoints& x) { job(x.job); }
  void operator()(const fail_job& x) { job(x.job); }
  void operator()(const fail_stop& x) { job(x.job); }
  void operator()(const finish_job& x) { job(x.job); }
  void operator()(const cancel_in_flink& x) { job(x.job); }
  void operator()(const poison_job& x) { job(x.job); }
  void operator()(const cure_job& x) { job(x.job); }
  void operator()(const job_in_state& x) { job(x.job); }
  void operator()(const cluster_has& x) { cluster(x.cluster); }
  void operator()(const job_restored& x) { job(x.job); }
  void operator()(const savepoint_completed& x) { job(x.job); }
  void operator()(const resource_there& x) { primary(x.kind, x.name); }
  void operator()(const resource_gone& x) { primary(x.kind, x.name); }
  void operator()(const operator_called& x) { calls(x.calls); }
  void operator()(const job_submitted& x) { job(x.job); }
  void operator()(const pods_kept& x) { cluster(x.cluster); }
  void operator()(const status_says& x) { primary(x.kind, x.name); }
  void operator()(const no_state_lost& x) {
    if (x.job) job(*x.job);
  }
  template <class Other>
  void operator()(const Other&) {}

private:
  void cluster(const object_name& name) { object(object_kind::flink_deployment, name); }
  void job(const object_name& name) { object(object_kind::flink_session_job, name); }

  /// What Kubernetes and drey make is not checked.
  void primary(object_kind kind, const object_name& name) {
    if (kind <= object_kind::flink_state_snapshot) object(kind, name);
  }
  void calls(const call_pattern& x) {
    if (x.kind && x.name) primary(*x.kind, *x.name);
  }
  void object(object_kind kind, const object_name& name) {
    if (known_.contains({kind, name})) return;
    std::vector<std::string> texts;
    for (const auto& [known_kind, known_name] : known_)
      if (known_kind == kind) texts.push_back(text_of_name(known_name));
    complain(std::string(drey::name_of(kind)) + " " + text_of_name(name), text_of_name(name),
             texts);
  }
  void node(const std::string& name) {
    if (std::find(nodes_.begin(), nodes_.end(), name) == nodes_.end())
      complain("node " + name, name, nodes_);
  }
  void complain(const std::string& what, const std::string& name,
                const std::vector<std::string>& known) {
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    const auto meant = nearest(name, candidates);
    std::string remedy = "Add it to the scenario";
    if (!meant.empty())
      remedy = "Did you mean `" + meant + "`?";
    else if (!candidates.empty())
      remedy = "Use " + listed(candidates) + ", or add it";
    from_.complain(
        field_error{"", "speaks of " + what + ", which it does not have", remedy, line_});
  }

  reading& from_;
  known_names known_;
  std::vector<std::string> nodes_;
  int line_ = 0;
};

}  // namespace

void check_names(reading& from, const scenario& read) {
  checker check(from, read);
  for (const auto& event : read.events) {
    check.at_line(event.line);
    std::visit(check, event.action);
  }
  for (const auto& one : read.expectations) {
    check.at_line(one.line);
    std::visit(check, one.what);
  }
}

}  // namespace drey::sim
