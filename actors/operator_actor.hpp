/// The root: one actor per resource, supervised. It reflects the world, routes what is seen to the
/// owner, and rebuilds an actor that threw; the third time within the window it parks the resource.
#pragma once

#include <map>
#include <set>

#include <caf/behavior.hpp>
#include <caf/stateful_actor.hpp>

#include "actors/directory_claims.hpp"
#include "actors/observing_gateways.hpp"
#include "actors/preflight.hpp"
#include "actors/reflector_actor.hpp"
#include "actors/resource_figures.hpp"
#include "actors/rivals.hpp"
#include "actors/shell.hpp"
#include "actors/yielding_shell.hpp"
#include "protocol/label_selector.hpp"

namespace drey {

/// Where leadership runs: on its own thread nothing that others do can hold a renewal up
/// (architecture §7.11); in the simulator everything shares one.
enum class leadership_thread { shared, own };

/// One that observes needs no Lease: whatever it decides goes nowhere, beside whoever leads.
enum class conduct { acts, observes };

/// Whether it observes by itself where another operator writes status (decision 0027).
enum class beside_rivals { observes, acts };

/// Whether it compares the definitions of our kinds with its own when it begins: they are long.
enum class definitions { are_trusted, are_checked };

struct operator_settings {
  /// Namespaces to watch; empty: all.
  std::vector<std::string> namespaces;
  /// Of the resources to look after; empty: all. It must be a selector.
  std::string label_selector;
  object_name lease{"drey-system", "drey-operator"};
  leadership_thread lease_thread = leadership_thread::shared;
  /// A connection of the Lease's own (architecture §7.11); null: the one that all use.
  kube_gateway lease_gateway;
  pause_settings pauses;
  drey::conduct conduct = conduct::acts;
  drey::beside_rivals beside_rivals = beside_rivals::observes;
  drey::definitions definitions = definitions::are_trusted;
  brake_settings brake;
  std::vector<node_group> node_groups;  ///< that may still grow
  withheld_listener withheld = {};      ///< what one that observes would have done
};

/// The root to itself: definitions that were wrong are looked at again.
struct definitions_due {};
/// And: what belongs to no FlinkDeployment is looked for.
struct orphans_due {};
/// And: this cluster is still to be read live.
struct confirmation_due {
  std::string uid;
};
/// And: a wait of this namespace's machine is over.
struct yielding_due {
  std::string ns;
  ticket which;
};

/// What the outside asks the root, for probes and metrics.
struct operator_figures_wanted {};
struct operator_figures {
  std::size_t clusters = 0;
  std::size_t jobs = 0;
  std::size_t quarantined = 0;
  std::uint64_t actor_failures = 0;
  bool leads = false;
  bool observes = false;
  bool world_known = false;
  std::map<std::string, std::size_t> preflight;  ///< failed checks: how many, by their reasons
  std::map<std::string, std::string> rivals;     ///< namespace → who writes there, so it observes
  /// Kinds that cannot be read now, each with the reason: what happens to them is not seen.
  std::vector<std::string> unseen;
  /// What it does without, though it would see more with it.
  std::vector<std::string> remarks;
  brake_figures brake = {};
};

/// And of every resource that it looks after.
struct resource_figures_wanted {};
struct resource_figures_told {
  std::vector<resource_figures> all;
};

class operator_shell {
public:
  static inline const char* name = "operator";

  explicit operator_shell(caf::event_based_actor* self) : self_(self) {}
  /// However the root ends, everybody that it made ends with it.
  ~operator_shell();
  operator_shell(const operator_shell&) = delete;
  operator_shell& operator=(const operator_shell&) = delete;

  caf::behavior start(const surroundings& around, operator_settings settings);

private:
  struct child {
    object_kind kind = object_kind::flink_deployment;
    object_ptr live;
    caf::actor actor;
    std::string cluster_uid;      ///< of a job: the cluster it was last joined to
    std::string joined_uid = {};  ///< of a snapshot: the job
    std::shared_ptr<pause_gate> gate;
    std::string paused = {};             ///< why; empty: it is not
    std::vector<milliseconds> failures;  ///< the oldest first, within the window
    bool parked = false;
    bool told_of_stranger = false;
    bool warned_of_rival = false;
    bool writes_of_rival = false;  ///< its condition is on its way, or written
    turn_told told_turn = {};
    std::string told_taken = {};  ///< of a job: what it was told of its directories
    bool confirmed = false;       ///< of a cluster: no old list says what it is
  };

  /// Who clears up behind a FlinkDeployment that went without us.
  struct orphan {
    std::string ns;
    caf::actor actor;
    std::shared_ptr<pause_gate> gate;
  };

  void look_for_lead();
  void lead();
  void reflect(object_kind kind, const std::string& selector);
  void filled(object_kind kind);
  void confirm(const std::string& uid);
  void hear(const reflector_sight& told);
  operator_figures figures() const;
  resource_figures_told resources() const;
  void stranger_seen(const object_ptr& live);
  void seen(const object_ptr& live);
  void vanished(const object_ptr& last);
  void primary_seen(const object_ptr& live);
  void primary_vanished(const object_ptr& last);
  void spawn(child& one);
  void spawn_job(child& one, const surroundings& given);
  void spawn_cluster(child& one, const surroundings& given);
  void replace(child& one);
  bool has_moved(const child& job) const;
  void leave_cluster(child& job);
  void claim_directories(const child& job);
  void tell_of_directories(const std::vector<std::string>& jobs);
  void join(child& job);
  void tell_of_stranger(child& job, const std::string& cluster);
  void join_jobs_of(const object_name& cluster);
  std::string why_paused(const child& one);
  void pause_or_resume(child& one);
  void pause_or_resume_jobs_of(const object_name& cluster);
  void hear(const pause_seen& told);
  void forget(const object_ptr& last);
  void tell_room(const room_wanted& asked);
  void tell_declared(const jobs_wanted& asked);
  void hear(const disruption_told& told);
  void assume_disruption(const child& one);
  void leave_brake(const std::string& uid);
  void tell_turns();
  void look_at_definitions();
  std::map<std::string, std::size_t> failed_checks() const;
  void definition_seen(object_kind primary, const kube_answer& answer);
  void spawn_snapshot(child& one, const surroundings& given);
  void join_snapshot(child& one);
  void join_snapshots_of(const job_reference& job);
  void pause_or_resume_snapshots_of(const job_reference& job);
  void snapshot_vanished(const child& one);
  void leave_job(child& one, const object& next);
  std::string why_snapshot_paused(const child& one);
  void pass_on(const newest_wanted& asked);
  void tell_claims(const claims_wanted& asked);
  void failed(const caf::down_msg& down);
  void look_for_orphans_later();
  void look_for_orphans();
  void leave_orphan(const std::string& uid);
  void leave_orphans_in(const std::string& ns);
  bool orphan_ended(const caf::actor_addr& source);
  void park(child& one);
  void look_for_rivals(const object_ptr& live);
  yielding_shell& machine_of(const std::string& ns);
  void leave(const std::string& ns);
  void take(const std::string& ns);
  std::string rival_of(const child& one) const;
  bool is_left(const child& one) const { return !rival_of(one).empty(); }
  object_ptr as_told(const child& one, const object_ptr& live) const;
  const gateways& gateways_of(const child& one);
  void tell_of_rival(child& one);
  void write_of_rival(child& one, const std::string& manager);
  child* cluster_named(const object_name& cluster);
  child* owner_of_job(const job_reference& job);
  void tell_snapshots(child& whose);
  child* owner_of(const object_ptr& one);

  caf::event_based_actor* self_;
  surroundings around_;
  operator_settings settings_;
  label_selector selector_;
  std::unique_ptr<outside> out_;
  caf::actor leadership_;
  std::vector<caf::actor> reflectors_;
  std::map<object_kind, std::size_t> filling_;   ///< reflectors of a kind that have not listed yet
  std::map<object_name, std::string> unseen_;    ///< namespace and plural → why it cannot be read
  std::map<std::string, child> children_;        ///< primaries, by UID
  std::map<object_name, std::string> clusters_;  ///< name → UID
  std::map<object_name, std::string> jobs_;      ///< name → UID
  /// The snapshots of a job: their UIDs.
  std::map<job_reference, std::set<std::string>> snapshots_;
  /// FlinkDeployments that the selector leaves to others: they exist, and are not ours.
  directory_claims directories_;
  std::set<object_name> strangers_;
  std::map<std::string, object_ptr> nodes_;
  /// Objects that carry an owner's UID: given to its actor when that is made (anew).
  std::map<std::string, std::map<std::string, object_ptr>> owned_;  ///< owner UID → UID → object
  std::map<std::string, orphan> orphans_;  ///< by the UID of the FlinkDeployment that is gone
  rival_book book_;
  std::map<std::string, yielding_shell> yieldings_;  ///< by namespace
  std::shared_ptr<shared_notes> notes_ = std::make_shared<shared_notes>();
  std::optional<gateways> observed_;  ///< of those that are left to another operator
  disruption_brake brake_;
  std::map<std::string, demand> demands_;  ///< of pods that were counted once, by UID
  std::uint64_t actor_failures_ = 0;
  bool leads_ = false;
  bool world_known_ = false;
  bool orphans_due_ = false;
  bool nodes_hidden_ = false;
  bool snapshots_absent_ = false;
  std::map<object_kind, preflight_checks> definitions_;  ///< of our kinds: what is wrong with them
};

caf::behavior operator_actor(caf::stateful_actor<operator_shell>* self, surroundings around,
                             operator_settings settings);

}  // namespace drey

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::definitions_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::confirmation_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::orphans_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::yielding_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::operator_figures_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::operator_figures)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::resource_figures_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(drey::resource_figures_told)
