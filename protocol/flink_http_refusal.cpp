/// Flink's errors, `{"errors": [first, stack trace, …]}`, as refusals.
#include <array>

#include "protocol/flink_http.hpp"
#include "protocol/json_reader.hpp"

namespace drey {

namespace {

constexpr std::size_t message_chars_max = 2048;
constexpr std::string_view caused_by = "Caused by: ";
constexpr std::string_view server_side = "<Exception on server side:";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t Count>
bool contains_any(std::string_view text, const std::array<std::string_view, Count>& parts) {
  for (const auto part : parts)
    if (contains(text, part)) return true;
  return false;
}

/// True: no handler took the request, so nothing is known of what it names.
bool not_routed(std::string_view text) {
  return contains_any(
      text, std::array<std::string_view, 2>{"Not found: /", "Unable to load requested file"});
}

/// The dispatcher was asked and did not answer in time: the job may have been taken all the same.
bool gave_up_waiting(std::string_view cause) {
  return contains_any(cause, std::array<std::string_view, 3>{"TimeoutException", "timed out",
                                                             "RecipientUnreachable"});
}

/// The id is taken. Since Flink 2.3 a run is an application first, of the job's id.
bool is_duplicate(std::string_view text) {
  return contains_any(text, std::array<std::string_view, 2>{"DuplicateJobSubmission",
                                                            "DuplicateApplicationSubmission"});
}

/// Texts that a rejection of a submission carries, whatever the status code.
bool rejected_submission(std::string_view text) {
  return contains_any(text, std::array<std::string_view, 4>{
                                "ProgramInvocationException", "The main method caused an error",
                                "JobSubmissionException", "ProgramMissingJobException"});
}

/// A scheduler that cannot do it says so with a 500 (Flink's SchedulerNG).
bool cannot_rescale(const flink_body& asked, std::string_view text) {
  return std::holds_alternative<rescale_job>(asked) &&
         contains(text, "does not support changing the parallelism");
}

/// Nothing was changed: whoever asks for another parallelism of a job that is not there is told by
/// a 500, too (recorded from 1.20).
bool lacks_the_job(const flink_body& asked, std::string_view text) {
  return std::holds_alternative<rescale_job>(asked) && contains(text, "FlinkJobNotFoundException");
}

bool names_something(const flink_body& asked) {
  return !std::holds_alternative<get_jobs_overview>(asked) &&
         !std::holds_alternative<get_cluster_overview>(asked) &&
         !std::holds_alternative<get_task_managers>(asked) &&
         !std::holds_alternative<upload_jar>(asked);
}

/// All errors in one text; none: the body is not Flink's.
std::optional<std::string> errors_of(const http_response& response) {
  std::vector<std::string> all;
  field_errors wrong;
  const bool readable =
      read_json_object(response.body, wrong, [&](json_reader& json) { json.read("errors", all); });
  if (!readable || !wrong.empty() || all.empty()) return std::nullopt;
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : "\n") + one;
  return text;
}

refusal_reason reason_of_run(int status, std::string_view text, std::string_view cause) {
  if (is_duplicate(text)) return refusal_reason::already_exists;
  if (contains(text, "Jar file") && contains(text, "does not exist"))
    return refusal_reason::not_found;
  if (gave_up_waiting(cause)) return refusal_reason::unknown_outcome;
  if (status >= 500 && !rejected_submission(text)) return refusal_reason::unknown_outcome;
  return refusal_reason::invalid;
}

refusal_reason reason_of_server_error(const flink_body& asked) {
  return is_mutating(asked) ? refusal_reason::unknown_outcome : refusal_reason::unavailable;
}

refusal_reason reason_of_other(const flink_body& asked, int status, std::string_view text) {
  if (status == 409) return refusal_reason::conflict;
  if (cannot_rescale(asked, text)) return refusal_reason::invalid;
  if (lacks_the_job(asked, text)) return refusal_reason::not_found;
  if (status >= 500) return reason_of_server_error(asked);
  if (std::holds_alternative<delete_jar>(asked) && contains(text, "does not exist"))
    return refusal_reason::not_found;
  return refusal_reason::invalid;
}

refusal_reason reason_of(const flink_body& asked, int status, std::string_view text,
                         std::string_view cause) {
  if (status == 401 || status == 403) return refusal_reason::forbidden;
  if (status == 429) return refusal_reason::too_many_requests;
  if (status == 503) return refusal_reason::unavailable;
  if (status == 404)
    return names_something(asked) && !not_routed(text) ? refusal_reason::not_found
                                                       : refusal_reason::unavailable;
  if (std::holds_alternative<run_jar>(asked)) return reason_of_run(status, text, cause);
  return reason_of_other(asked, status, text);
}

/// Of an answer without Flink's errors: a proxy's page, half a body.
refusal_reason reason_without_errors(const flink_body& asked, int status) {
  if (status == 401 || status == 403) return refusal_reason::forbidden;
  if (status == 413) return refusal_reason::invalid;
  if (status == 429) return refusal_reason::too_many_requests;
  if (status == 503) return refusal_reason::unavailable;
  if (status >= 500) return reason_of_server_error(asked);
  return refusal_reason::malformed;
}

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::string root_cause(std::string_view stack_trace) {
  std::string_view first, inner;
  while (!stack_trace.empty()) {
    const auto end = std::min(stack_trace.find('\n'), stack_trace.size());
    auto line = trimmed(stack_trace.substr(0, end));
    stack_trace.remove_prefix(std::min(end + 1, stack_trace.size()));
    if (line.starts_with(server_side)) line = trimmed(line.substr(server_side.size()));
    if (line.starts_with(caused_by)) inner = line.substr(caused_by.size());
    const bool said_nothing = line.empty() || line == "Internal server error.";
    if (first.empty() && !said_nothing) first = line;
  }
  return shortened(inner.empty() ? first : inner, message_chars_max);
}

refusal flink_refusal(const flink_body& asked, const http_response& response) {
  const auto text = errors_of(response);
  const auto status = std::to_string(response.status);
  if (!text)
    return {reason_without_errors(asked, response.status),
            "Flink answered " + status + " without its errors: " + shortened(response.body, 200),
            response.retry_after};
  const auto cause = root_cause(*text);
  return {reason_of(asked, response.status, *text, cause),
          cause.empty() ? "Flink answered " + status : cause, response.retry_after};
}

}  // namespace drey
