/// The kubelets of all nodes: what really runs, apart from what the API server was told of it. A
/// kubelet that cannot reach the server keeps its processes and tells later.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/choices.hpp"
#include "sim/kubernetes/api_server.hpp"
#include "sim/kubernetes/machines.hpp"
#include "sim/kubernetes/narration.hpp"
#include "sim/kubernetes/object_store.hpp"
#include "sim/kubernetes/processes.hpp"
#include "sim/timeline.hpp"

namespace drey::sim {

enum class crash_cause { killed, out_of_memory };
enum class image_state { available, missing };
enum class config_state { available, missing };
/// Containers of some pods die `after` they were started, every time, by `cause`.
struct crash_loop {
  std::string in;  ///< a word of their pods' specs or names: an image, a pod, the beginning of pods
  milliseconds after{0};
  crash_cause cause = crash_cause::killed;
};
/// What stands in the way of a pod's end.
enum class pod_hold {
  volume_busy,    ///< the process ends, the object stays
  process_hangs,  ///< the process lives on, whatever is sent to it
};

inline constexpr int exit_by_sigkill = 137;
inline constexpr int exit_by_sigterm = 143;

class kubelets {
public:
  kubelets(timeline& time, choices& chance, object_store& store, api_server& api, machines& nodes,
           narration& tell, const kubernetes_settings& settings);

  void run_processes_with(pod_processes& processes) { processes_ = &processes; }
  void report_ready(const std::string& uid, readiness now);
  void report_exit(const std::string& uid, int exit_code);

  void crash(const object_name& name, crash_cause cause);
  void evict_for_pressure(const object_name& name);
  void hold(const object_name& name, pod_hold how);
  void release(const object_name& name);
  void set_image(const std::string& image, image_state state);
  void set_config(const std::string& name, config_state state);
  void begin(const crash_loop& what);
  void end_crash_loops() { loops_.clear(); }

  /// All processes of the node die at once.
  void power_off(const std::string& node_name);
  /// The kubelet of the node lists again: it tells what it has and does what it missed.
  void listen_again(const std::string& node_name);
  void forget_node(const std::string& node_name);

private:
  enum class stage {
    starting,     ///< image, sandbox, container; or waiting for the image
    running,      ///< the process lives
    backing_off,  ///< it ended and will be started again in place
    ended,        ///< no process, and none will be started
    lost_power,   ///< it died with its machine; started again when that comes back
  };
  enum class outcome { wanted, unwanted };
  /// One pod as its node knows it.
  struct local_pod {
    object_ptr known;  ///< as last heard of from the API server
    object_name name;
    std::string node_name;
    kubelets::stage stage = stage::starting;
    outcome fate = outcome::wanted;  ///< unwanted: it is being terminated
    timeline::handle planned = 0;
    timeline::handle probe = 0;
    milliseconds mount_wait{0};
    milliseconds image_wait{0};
    milliseconds restart_wait{0};  ///< before the next restart
    milliseconds last_restart{0};
    // what it reports
    pod_phase phase = pod_phase::pending;
    readiness ready = readiness::not_ready;
    std::optional<milliseconds> unready_since;
    std::string ip;
    std::string reason;
    std::string waiting_reason;
    std::string waiting_message;
    std::string terminated_reason;
    std::int32_t exit_code = 0;
    std::optional<milliseconds> last_started;
    std::optional<milliseconds> last_ended;
    std::optional<milliseconds> running_since;
    std::int32_t restart_count = 0;
  };
  using local_pods = std::map<std::string, local_pod>;  // by UID: a name may be there twice

  void learn(const object_change& x);
  void see(const object_ptr& x);
  void admit(const object_ptr& x);
  bool listens(const std::string& node_name) const;
  local_pod* find(const std::string& uid);
  local_pod* find(const object_name& name);
  void plan(local_pod& x, milliseconds delay, void (kubelets::*what)(local_pod&));
  void report(local_pod& x);
  void set_ready(local_pod& x, readiness now) const;
  void drop(local_pod& x);

  // ── life ──
  void mount(local_pod& x);
  void pull(local_pod& x);
  void back_off_from_pull(local_pod& x);
  void create_container(local_pod& x);
  void start(local_pod& x);
  void wait(local_pod& x, std::string reason, std::string message);
  static bool is_restarted(const local_pod& x);
  void restart(local_pod& x);
  void restart_after_power(local_pod& x);
  void container_ended(local_pod& x, std::string reason, int exit_code);
  void note_end(local_pod& x, std::string reason, int exit_code) const;
  void plan_crash(const local_pod& x);
  void tell_status(const local_pod& x, pod& to) const;
  /// The one that its spec names; none: what it needs is there.
  std::optional<std::string> missing_image(const local_pod& x) const;
  std::optional<std::string> missing_config(const local_pod& x) const;
  struct unmounted {
    std::string volume, secret;
  };
  std::optional<unmounted> missing_volume(const local_pod& x) const;
  milliseconds start_delay();
  std::string new_address(const std::string& node_name);
  pod pod_as_here(const local_pod& x) const;

  // ── end ──
  void terminate(local_pod& x);
  void terminate_orphan(local_pod& x);
  void hear_sigterm(local_pod& x);
  void end_by_sigterm(local_pod& x);
  void end_by_sigkill(local_pod& x);
  void end_process(local_pod& x, stop_reason why);
  void remove_soon(local_pod& x);
  void remove(local_pod& x);
  bool is_held(const local_pod& x, pod_hold how) const;

  timeline& time_;
  choices& chance_;
  object_store& store_;
  api_server& api_;
  machines& nodes_;
  narration& tell_;
  const kubernetes_settings& settings_;
  pod_processes* processes_ = nullptr;
  local_pods pods_;
  std::map<object_name, pod_hold> holds_;
  std::set<std::string> missing_images_;
  std::set<std::string> missing_configs_;
  std::vector<crash_loop> loops_;
  std::size_t addresses_ = 0;
};

}  // namespace drey::sim
