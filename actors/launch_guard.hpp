/// What the processes of a highly available application begin from. The first one of a launch takes
/// that away before Flink starts, so that each other goes on from HA metadata or not at all:
/// whether or not drey runs, or sees anything (decision 0020). Pure.
#pragma once

#include <string>
#include <string_view>

#include "actors/launch_words.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

inline constexpr std::string_view restore_variable = "DREY_RESTORE";
/// The JSON patch by which a process takes it away; `<pod>` in it stands for the pod's UID.
inline constexpr std::string_view take_variable = "DREY_TAKE";
/// Of the launch's map: what a process restores from.
inline constexpr std::string_view restore_entry = "restore";
/// Of the launch's map: the launch whose job was seen to live.
inline constexpr std::string_view lived_entry = "lived";
/// What a process finds that must go on from HA metadata when that is gone: nothing.
inline constexpr std::string_view no_metadata = "file:///its-high-availability-metadata-is-gone";

/// Where pods of a highly available application read what they restore from.
std::string launch_map_name(std::string_view cluster);

enum class argument_form {
  path,     ///< of `--fromSavepoint`
  property  ///< `key=value`, of `-D`
};

/// As an argument: a property that says nothing to Flink where a launch begins from nothing.
std::string restore_text(const launch& what);
argument_form form_of(const launch& what);
std::string guarded_restore_text(argument_form form);
bool is_guarded(std::string_view restore);
/// Whether a process of the pod `uid` did that.
bool was_taken_by(std::string_view restore, std::string_view uid);

/// The JSON patch: what is still to be restored from becomes nothing. It fails for all but the
/// first.
std::string taking_patch(const launch& what);
/// A bash script that takes, and then becomes its arguments. `$0` is the launch's map.
std::string_view taking_script();

}  // namespace drey
