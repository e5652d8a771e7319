/// A FlinkDeployment that says something about everything, and edits of it.
#pragma once

#include <ostream>
#include <span>
#include <string>

#include <boost/test/unit_test.hpp>

#include "actors/restart_boundary.hpp"

namespace drey {

inline std::ostream& operator<<(std::ostream& out, restart_action x) { return out << name_of(x); }
inline std::ostream& operator<<(std::ostream& out, change_of x) { return out << name_of(x); }
inline std::ostream& operator<<(std::ostream& out, deployment_mode x) { return out << name_of(x); }

}  // namespace drey

namespace drey::rows::restart_boundary_edits {

/// One edit of the spec as a JSON merge patch, and the one change that it makes.
struct edit_row {
  const char* because;
  const char* patch;
  const char* path;
  restart_action in_standalone;
  restart_action in_native;
};
std::span<const edit_row> edits();

/// One key of spec.flinkConfiguration, set to "true".
struct key_edit_row {
  const char* because;
  const char* key;
  restart_action in_standalone;
  restart_action in_native;
};
std::span<const key_edit_row> key_edits();

/// With HA, both pod templates, two JobManagers and three TaskManagers.
flink_deployment_spec rich();

/// `spec` with a JSON merge patch (RFC 7386) over it.
flink_deployment_spec patched(const flink_deployment_spec& spec, const std::string& patch);

}  // namespace drey::rows::restart_boundary_edits
