#include "actors/observation.hpp"

#include <algorithm>
#include <cctype>
#include <functional>

#include "actors/primary_log.hpp"
#include "actors/takeover.hpp"
#include "protocol/describe.hpp"
#include "protocol/object_codec.hpp"
#include "protocol/redaction.hpp"

namespace drey {

namespace {

/// The digits that count notes.
constexpr std::uint32_t notes_max = 9'999'999;
constexpr std::size_t note_digits = 7;

std::string counted(const std::string& resource_version, std::uint32_t count) {
  const auto digits = std::to_string(count);
  return resource_version + std::string(note_digits - digits.size(), '0') + digits;
}

bool is_primary(const object& x) {
  const auto kind = kind_of(x);
  return kind == object_kind::flink_deployment || kind == object_kind::flink_session_job ||
         kind == object_kind::flink_state_snapshot;
}

const refusal& not_made() {
  static const refusal why{refusal_reason::unavailable, "this process only observes", {}};
  return why;
}

/// Never a word of anybody's that may be a secret.
std::string shown_word(std::string_view name, const std::string& value) {
  return looks_secret(name, value) ? "(hidden)" : value;
}

std::string summary_of_conditions(const std::vector<condition>& all) {
  std::string text;
  for (const auto& one : all) text += " " + one.type + "=" + one.status + "/" + one.reason;
  return text;
}

/// Messages, times and counters move all the time; what is decided shows in these.
std::string summary_of_status(const object& x) {
  if (const auto* one = std::get_if<flink_deployment>(&x))
    return "lifecycleState=" + one->status.lifecycle_state +
           summary_of_conditions(one->status.conditions);
  if (const auto* one = std::get_if<flink_session_job>(&x))
    return "lifecycleState=" + one->status.lifecycle_state + " state=" + one->status.job.state +
           summary_of_conditions(one->status.conditions);
  if (const auto* one = std::get_if<flink_state_snapshot>(&x))
    return "state=" + one->status.state + summary_of_conditions(one->status.conditions);
  return {};
}

/// One line, whatever an Event tells.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
  return text;
}

/// Of a body: equal bodies are one call.
std::string digest_of(const object& x) {
  const auto number = std::hash<std::string>{}(encode_owned(x, owned_for::apply));
  return "body=" + std::to_string(number % 100'000'000);
}

std::string detail_of(const object& x) {
  if (const auto* one = std::get_if<event_record>(&x))
    return one->involved_kind + " " + one->involved_name + " " + one->type + " " + one->reason +
           ": " + on_one_line(one->message);
  if (const auto* one = std::get_if<stateful_set>(&x))
    return "replicas=" + std::to_string(one->replicas) +
           " first=" + std::to_string(one->first_ordinal()) + " " + digest_of(x);
  if (const auto* one = std::get_if<deployment>(&x))
    return "replicas=" + std::to_string(one->replicas) + " " + digest_of(x);
  return digest_of(x);
}

struct kube_teller {
  withheld_call operator()(const kube_create& x) const { return of("create", *x.wanted); }
  withheld_call operator()(const kube_apply& x) const { return of("apply", *x.wanted); }
  withheld_call operator()(const kube_replace& x) const { return of("replace", *x.wanted); }
  withheld_call operator()(const kube_write_status& x) const {
    auto told = of("status", *x.wanted);
    told.detail = summary_of_status(*x.wanted);
    return told;
  }
  withheld_call operator()(const kube_write_finalizers& x) const {
    std::string all;
    for (const auto& one : x.finalizers) all += (all.empty() ? "" : ",") + one;
    return {"finalizers", std::string(name_of(x.kind)), text_of_name(x.name), "all=[" + all + "]"};
  }
  withheld_call operator()(const kube_delete& x) const {
    return {"delete", std::string(name_of(x.kind)), text_of_name(x.name), "uid=" + x.uid};
  }
  withheld_call operator()(const kube_get&) const { return {}; }
  withheld_call operator()(const kube_list&) const { return {}; }
  withheld_call operator()(const kube_look&) const { return {}; }
  withheld_call operator()(const kube_review&) const { return {}; }

  static withheld_call of(const std::string& verb, const object& x) {
    return {verb, std::string(name_of(kind_of(x))), text_of_name(name_of(x)), detail_of(x)};
  }
};

/// Ids that drey makes anew for each try are left out: they do not make another call of it.
struct flink_teller {
  std::string operator()(const run_jar& x) const {
    return "jar=" + shown_word("jar", x.jar) + " parallelism=" + std::to_string(x.parallelism) +
           " from=" +
           (x.savepoint_path.empty() ? "nothing" : shown_word("savepoint", x.savepoint_path));
  }
  std::string operator()(const cancel_job& x) const { return "job=" + x.job.hex; }
  std::string operator()(const stop_job& x) const {
    return "job=" + x.job.hex + " to=" + shown_word("directory", x.directory);
  }
  std::string operator()(const trigger_savepoint& x) const {
    return "job=" + x.job.hex + " to=" + shown_word("directory", x.directory);
  }
  std::string operator()(const trigger_checkpoint& x) const { return "job=" + x.job.hex; }
  std::string operator()(const rescale_job& x) const {
    return "job=" + x.job.hex + " parallelism=" + std::to_string(x.parallelism);
  }
  std::string operator()(const dispose_savepoint& x) const {
    return "path=" + shown_word("savepoint", x.path);
  }
  std::string operator()(const delete_jar& x) const { return "jar=" + shown_word("jar", x.jar); }
  template <class T>
  std::string operator()(const T&) const {
    return {};
  }
};

}  // namespace

bool told_once::add(const withheld_call& one) {
  const auto key =
      std::hash<std::string>{}(one.verb + '\n' + one.kind + '\n' + one.about + '\n' + one.detail);
  if (!known_.insert(key).second) return false;
  order_.push_back(key);
  if (order_.size() > kept_max) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

// ── notes ───────────────────────────────────────────────────────────────────────────────────────

object_ptr noted_primaries::shown(const object_ptr& real) {
  if (!is_primary(*real)) return real;
  auto& one = notes_[metadata_of(*real).uid];
  if (one.real && is_fresher(*one.real, *real)) {  // an old copy: as it was, without our notes
    auto old = std::make_shared<object>(*real);
    metadata_of(*old).resource_version = counted(metadata_of(*real).resource_version, 0);
    return old;
  }
  if (!one.real || is_fresher(*real, *one.real)) {
    if (one.real && !same_status(*one.real, *real)) one.status = nullptr;  // somebody else's word
    one.real = real;
    one.count = 0;
  }
  return shown(one);
}

object_ptr noted_primaries::shown(const note& one) {
  auto copy = std::make_shared<object>(*one.real);
  auto& meta = metadata_of(*copy);
  meta.resource_version = counted(meta.resource_version, one.count);
  if (one.finalizers) meta.finalizers = *one.finalizers;
  if (one.status)
    std::visit(
        [&]<class T>(T& primary) {
          if constexpr (requires { primary.status; })
            if (const auto* noted = std::get_if<T>(one.status.get()))
              primary.status = noted->status;
        },
        *copy);
  return copy;
}

object_ptr noted_primaries::applied(const object& wanted) {
  constexpr std::uint64_t beyond_all = 9'000'000'000'000'000'000;
  auto made = std::make_shared<object>(wanted);
  auto& meta = metadata_of(*made);
  if (meta.uid.empty()) meta.uid = "not-made";
  meta.resource_version = std::to_string(beyond_all + ++applies_);
  return made;
}

void noted_primaries::forget(const object& gone) { notes_.erase(metadata_of(gone).uid); }

object_ptr noted_primaries::write(const kube_write_status& asked) {
  const auto found = notes_.find(metadata_of(*asked.wanted).uid);
  if (found == notes_.end()) return nullptr;
  found->second.status = asked.wanted;
  found->second.count = std::min(found->second.count + 1, notes_max);
  return shown(found->second);
}

object_ptr noted_primaries::write(const kube_write_finalizers& asked) {
  const auto found = notes_.find(asked.uid);
  if (found == notes_.end()) return nullptr;
  found->second.finalizers = asked.finalizers;
  found->second.count = std::min(found->second.count + 1, notes_max);
  return shown(found->second);
}

// ── what is told and answered ───────────────────────────────────────────────────────────────────

withheld_call withheld(const kube_body& asked) { return std::visit(kube_teller{}, asked); }

withheld_call withheld(const flink_endpoint& endpoint, const flink_body& asked) {
  const auto verb =
      std::visit([]<class T>(const T&) { return std::string(type_name<T>()); }, asked);
  return {verb, "Flink", endpoint.host + ":" + std::to_string(endpoint.port),
          std::visit(flink_teller{}, asked)};
}

kube_answer answer_without(const kube_body& asked, noted_primaries& notes) {
  object_ptr noted;
  if (const auto* status = std::get_if<kube_write_status>(&asked)) noted = notes.write(*status);
  if (const auto* all = std::get_if<kube_write_finalizers>(&asked)) noted = notes.write(*all);
  if (const auto* wanted = object_written_by(asked)) noted = notes.applied(*wanted);
  if (noted) return {noted};
  return {not_made()};
}

flink_answer answer_without(const flink_body& asked) {
  if (const auto* jar = std::get_if<upload_jar>(&asked)) return {jar_uploaded{jar->artifact}};
  return {not_made()};
}

}  // namespace drey
