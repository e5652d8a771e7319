/// Which part of an object is its spec and which its status: who may write what, and what counts
/// as a new generation.
#pragma once

#include "protocol/kube_call.hpp"

namespace drey::sim {

/// Whether the server keeps `metadata.generation` for this kind.
bool has_generation(object_kind kind);
/// Both of the same kind.
bool same_spec(const object& a, const object& b);
/// Everything but the resource version is the same.
bool same_object(const object& a, const object& b);
/// Gives `to` the status of `from`: what a write to the main resource does not touch.
void keep_status(object& to, const object& from);
/// What a merge patch of a primary's status does: what drey does not know stays as it was.
void patch_status(object& to, const object& from);
/// A new object has no status, whatever its writer said.
void clear_status(object& x);

}  // namespace drey::sim
