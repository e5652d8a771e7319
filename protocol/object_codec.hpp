/// JSON of any Kubernetes object that drey knows, of lists of them, of watch lines and of the API
/// server's `Status` errors. Half a text, a wrong type or another kind is an error, never an
/// exception. Of `managedFields` only a primary's are read: who writes its status.
///
/// A primary (FlinkDeployment, FlinkSessionJob, FlinkStateSnapshot) whose fields are wrong is
/// decoded all the same, without a spec and with `unreadable` saying why: one poisonous resource
/// must not hide the others. Of a built-in, whose types the API server guards, nothing is accepted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/field_error.hpp"
#include "protocol/kube_call.hpp"

namespace drey {

class json_reader;

inline constexpr std::int64_t object_bytes_max = 16 << 20;

/// Null: `errors` says why. The kind is the text's own.
object_ptr decode_object(std::string_view json, field_errors& errors);
/// The same of an object that is known to be of `kind`; lists leave out kinds of their items.
object_ptr decode_object(object_kind kind, std::string_view json, field_errors& errors);

/// The same of an object inside another text; errors are added to the reader.
object_ptr read_object(object_kind kind, json_reader& json);

/// A list or a part of one; `next`: where the rest is had from, empty: nothing is left.
struct object_page {
  object_list list;
  std::string next;
};
/// Decodes item by item: beside the text only one item's tree is in memory at any time.
std::optional<object_page> decode_page(object_kind kind, std::string_view json,
                                       field_errors& errors);
/// A list that is whole; a part is an error.
std::optional<object_list> decode_list(object_kind kind, std::string_view json,
                                       field_errors& errors);

/// Everything that the struct holds, as the API server shows it: `metadata`, spec, status. The same
/// object gives the same bytes.
std::string encode_object(const object& x);

enum class owned_for { create, apply };
/// Exactly what drey wants to own: name, namespace, labels, annotations, owners and the spec, but
/// neither resourceVersion nor status. An apply also carries `metadata.uid` when it is given, and
/// never finalizers.
std::string encode_owned(const object& x, owned_for purpose);

std::string encode_list(object_kind kind, const object_list& list);

/// `metav1.Status`, the API server's way to say no.
struct api_status {
  int code = 0;
  std::string reason;  ///< "AlreadyExists", "Conflict", "Expired", …
  std::string message;
  milliseconds retry_after{0};
};
/// None: not a Status.
std::optional<api_status> decode_status(std::string_view json);
std::string encode_api_status(const api_status& status);

/// What `status` means for whoever asked. `code` of the HTTP answer, since a Status may lack its
/// own.
refusal refusal_of(const api_status& status, int code);

/// One line of the watch `id` of `kind`; a refusal ends the watch.
std::variant<watch_event, refusal> decode_watch_line(std::uint32_t id, object_kind kind,
                                                     std::string_view line);
std::string encode_watch_line(object_kind kind, const watch_event& event);
std::string encode_watch_error(const refusal& why);

}  // namespace drey
