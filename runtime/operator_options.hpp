/// The command line of drey-operator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/disruption_brake.hpp"
#include "actors/node_groups.hpp"
#include "protocol/jar_sources.hpp"
#include "runtime/s3_settings.hpp"
#include "runtime/webhdfs_settings.hpp"

namespace drey {

struct operator_options {
  std::string kubeconfig;  ///< empty: KUBECONFIG, the pod's service account, or ~/.kube/config
  std::string context;     ///< empty: the file's current one
  std::vector<std::string> namespaces;         ///< to watch, each once; empty: all
  std::string label_selector;                  ///< of the resources to look after; empty: all
  bool observe = false;                        ///< nothing is changed anywhere, nor is it paused
  bool never_yield = false;                    ///< it acts beside whoever writes status
  bool paused = false;                         ///< nothing is changed anywhere
  std::vector<std::string> paused_namespaces;  ///< nor in these
  std::int32_t max_disruptions = brake_settings{}.at_once_max;  ///< clusters at once; 0: any number
  std::vector<node_group> node_groups;                          ///< that may still grow
  std::int32_t max_halted = brake_settings{}.halted_max;        ///< clusters; 0: any number
  std::string lease_namespace = "drey-system";
  std::string lease_name = "drey-operator";
  std::string identity;  ///< empty: the host's name, which is the pod's
  std::string listen_address = "0.0.0.0";
  int listen_port = 8085;
  std::string work_directory = "/tmp/drey-operator";
  std::string jar_directory;  ///< whose files may be jars; empty: none of this machine's is
  redirect_reach jar_redirects = redirect_reach::public_only;
  redirect_reach jar_hosts = redirect_reach::anywhere;
  std::vector<std::string> jar_schemes = jar_sources{}.schemes;
  s3_settings s3;
  webhdfs_settings webhdfs;
  std::string log_level = "info";
  std::string flink_ca;           ///< PEM file; empty: the system's authorities
  std::string flink_certificate;  ///< PEM file; empty: none
  std::string flink_key;
};

/// What is wrong with the name of a namespace, in a sentence; empty: nothing.
std::string namespace_problem(const std::string& name);

/// None: `exit_code` says how the program is to end (help was asked for, or the line is wrong).
std::optional<operator_options> parse_operator_options(int argc, char** argv, int& exit_code);

}  // namespace drey
