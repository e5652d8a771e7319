/// The user's pod templates: the common one with a component's own over it, as the Apache operator
/// merges them (FlinkUtils.mergePodTemplates). Lists are merged item by item in their order, or by
/// `name` where every item of both has one and
/// `kubernetes.operator.pod-template.merge-arrays-by-name` is true.
#pragma once

#include "protocol/flink_resources.hpp"

namespace drey {

inline constexpr std::string_view main_container_name = "flink-main-container";
inline constexpr std::string_view merge_by_name_key =
    "kubernetes.operator.pod-template.merge-arrays-by-name";

/// A PodTemplateSpec as JSON text; what is no JSON object counts as empty.
json_text merged_pod_template(const flink_deployment_spec& spec, const component_spec& side);

}  // namespace drey
