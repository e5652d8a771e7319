/// The parts of a scenario's file, each read by one function; findings go into the `reading`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/reading.hpp"
#include "sim/scenario/scenario.hpp"

namespace drey::sim {

/// `at:` and the one action of an item of `timeline:`.
std::optional<timeline_event> read_event(reading& from, const place& item);

/// One item of `expect:`.
std::optional<expectation> read_expectation(reading& from, const place& item);

/// "create Deployment flink/session".
std::optional<call_pattern> read_call_pattern(reading& from, const place& value);

/// `{calls: …, by: …, times: …}`.
std::optional<timeline_action> read_hinder(reading& from, const place& value);

/// `{in: …, after: …, out of memory: …}`.
std::optional<timeline_action> read_crash_loop(reading& from, const place& value);

/// `{job: …, after: …}`.
std::optional<timeline_action> read_poison(reading& from, const place& value);

/// `{at: …, format: …}`.
std::optional<timeline_action> read_laid(reading& from, const place& value);

/// `{namespace: …, pods: …}`.
std::optional<timeline_action> read_quota(reading& from, const place& value);

/// `{name: …, selector: …, min available: …}`.
std::optional<timeline_action> read_budget(reading& from, const place& value);

std::optional<ordinals_fate> read_ordinals_fate(reading& from, const place& value);
std::optional<timeline_action> read_ordinals(reading& from, const place& value);

/// A map of fault_profile's fields.
fault_profile read_fault_profile(reading& from, const place& map);

/// One object given inline.
object_ptr read_resource(reading& from, const place& item);

/// All objects of a manifest file that `item` names, relative to the scenario's file.
std::vector<object_ptr> read_manifest_file(reading& from, const place& item);

/// Names that the events and expectations use but the scenario does not have: nodes, clusters and
/// jobs. Pods are named by controllers and not checked.
void check_names(reading& from, const scenario& read);

/// The whole file; none: it cannot be read, or is larger than `limits::manifest_bytes_max`.
std::optional<std::string> text_of_file(const std::string& path);

}  // namespace drey::sim
