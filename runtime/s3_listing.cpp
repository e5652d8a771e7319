/// Walks an S3 store folder by folder, so that the files of snapshots are not listed but for one
/// page each.
#include "runtime/s3_listing.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/s3_answer.hpp"
#include "runtime/s3_request.hpp"

namespace drey {

namespace {

using clock = std::chrono::steady_clock;

/// One page of a folder's listing, or the beginning of a snapshot's `_metadata`.
struct step {
  enum class kind { page, head } what = kind::page;
  std::string folder;                 ///< a prefix of keys: empty, or it ends with '/'
  int depth = 0;                      ///< of a page
  std::string token = {};             ///< of a page; empty: the first
  std::vector<std::string> inside{};  ///< folders that the pages before it named
  std::int64_t modified = 0;          ///< of a head
};

struct under_way {
  step of;
  std::shared_ptr<std::string> head;
  std::future<http_outcome> outcome;
  clock::time_point lost_at;
};

/// The end of an exchange. A client that stops drops its callbacks, and with them the promise.
http_outcome end_of(under_way& one) {
  try {
    if (one.outcome.wait_until(one.lost_at) == std::future_status::ready) return one.outcome.get();
  } catch (const std::future_error&) {
    return http_loss{loss_reason::not_sent, "drey-operator ends"};
  }
  return http_loss{loss_reason::cut_off, "no answer"};
}

std::string last_name_of(std::string_view folder) {
  if (folder.empty()) return {};
  folder.remove_suffix(1);
  return std::string(folder.substr(folder.rfind('/') + 1));
}

class s3_walk {
public:
  s3_walk(http_client& client, s3_access access, s3_place root, const s3_limits& limits)
      : client_(client),
        access_(std::move(access)),
        root_(std::move(root)),
        limits_(limits),
        end_(clock::now() + limits.all) {}

  storage_answer over() {
    todo_.push_back({.folder = root_.key});
    while (!failure_ && !(todo_.empty() && running_.empty())) {
      while (!failure_ && !todo_.empty() && std::ssize(running_) < limits_.at_once) start_next();
      if (failure_) break;
      auto first = std::move(running_.front());
      running_.pop_front();
      take(first);
    }
    if (failure_) return {std::move(*failure_)};
    std::sort(found_.begin(), found_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return {snapshots_listed{std::move(found_)}};
  }

private:
  void fail(const step& at, refusal_reason reason, const std::string& why) {
    failure_ = {reason, "cannot list " + uri_of(at.folder) + ": " + why};
  }

  void fail_late(const step& at) {
    fail(at, refusal_reason::unavailable, "the store has too much, or is too slow");
  }

  std::string uri_of(const std::string& folder) const {
    auto uri = root_.scheme + "://" + root_.bucket + "/" + folder;
    uri.pop_back();
    return uri;
  }

  http_call call_of(const step& one) const {
    if (one.what == step::kind::head) {
      auto call = s3_call(access_, root_.bucket, one.folder + std::string(metadata_name));
      call.range = "0-" + std::to_string(metadata_head_bytes - 1);
      return call;
    }
    std::map<std::string, std::string> query{
        {"delimiter", "/"}, {"encoding-type", "url"}, {"list-type", "2"}, {"prefix", one.folder}};
    if (!one.token.empty()) query["continuation-token"] = one.token;
    return s3_call(access_, root_.bucket, "", query);
  }

  void start_next() {
    auto next = std::move(todo_.front());
    todo_.pop_front();
    const auto left = std::chrono::ceil<milliseconds>(end_ - clock::now());
    if (left <= milliseconds{0}) return fail_late(next);
    if (++requests_ > limits_.requests)
      return fail(next, refusal_reason::unavailable, "the store has too many folders");
    auto call = call_of(next);
    call.timeout = std::min(limits_.each, left);
    call.body_bytes_max = limits_.answer_bytes;
    constexpr seconds slack{5};
    const auto lost_at = clock::now() + call.timeout + slack;
    auto promise = std::make_shared<std::promise<http_outcome>>();
    auto head = std::make_shared<std::string>();
    auto outcome = promise->get_future();
    http_callbacks callbacks;
    callbacks.done = [promise](http_outcome told) { promise->set_value(std::move(told)); };
    if (next.what == step::kind::head)
      // Also where the store gives the whole file.
      callbacks.bytes = [head](std::string_view bytes) {
        head->append(bytes.substr(0, metadata_head_bytes - head->size()));
        return head->size() < metadata_head_bytes ? stream_flow::onward : stream_flow::stop;
      };
    client_.start(std::move(call), std::move(callbacks));
    running_.push_back({std::move(next), std::move(head), std::move(outcome), lost_at});
  }

  void take(under_way& one) {
    const auto outcome = end_of(one);
    const auto* loss = std::get_if<http_loss>(&outcome);
    if (loss != nullptr && clock::now() >= end_) return fail_late(one.of);
    if (loss != nullptr && loss->reason != loss_reason::stopped)
      return fail(one.of, refusal_reason::unavailable, loss->message);
    const auto* answer = std::get_if<http_response>(&outcome);
    const bool refused = answer != nullptr && (answer->status < 200 || answer->status > 299);
    const bool is_head = one.of.what == step::kind::head;
    if (refused && is_head && answer->status == 404) return;  // it was retired while we looked
    if (refused) {
      auto why = refusal_of_s3(*answer, root_.bucket);
      // Whatever is wrong, it says nothing about what the store holds.
      if (why.reason != refusal_reason::forbidden) why.reason = refusal_reason::unavailable;
      return fail(one.of, why.reason, why.message);
    }
    if (is_head)
      found_.push_back({uri_of(one.of.folder), one.of.modified, checkpoint_id_in(*one.head),
                        format_in(*one.head)});
    else
      take_page(one.of, answer->body);
  }

  void take_page(step& at, const std::string& xml) {
    auto read = s3_page_of(xml);
    if (const auto* wrong = std::get_if<std::string>(&read))
      return fail(at, refusal_reason::unavailable, "the answer cannot be believed: " + *wrong);
    auto& page = std::get<s3_page>(read);
    const auto below = [&](const std::string& key) { return key.starts_with(at.folder); };
    if (!std::ranges::all_of(page.objects, below, &s3_object::key) ||
        !std::ranges::all_of(page.folders, [&](const std::string& folder) {
          return below(folder) && folder.size() > at.folder.size() && folder.ends_with('/');
        }))
      return fail(at, refusal_reason::unavailable,
                  "the answer cannot be believed: it names what was not asked for");
    const auto metadata = at.folder + std::string(metadata_name);
    const auto complete = std::ranges::find_if(
        page.objects, [&](const s3_object& one) { return one.key == metadata && one.bytes > 0; });
    // A snapshot holds no other snapshots: its own files are not looked at.
    if (complete != page.objects.end())
      return todo_.push_back({.what = step::kind::head,
                              .folder = std::move(at.folder),
                              .modified = complete->modified});
    std::ranges::move(page.folders, std::back_inserter(at.inside));
    if (page.next.empty()) return enter(at);
    if (page.next == at.token)
      return fail(at, refusal_reason::unavailable, "the store answers the same page again");
    at.token = std::move(page.next);
    todo_.push_back(std::move(at));
  }

  void enter(const step& at) {
    if (at.depth == limits_.depth) return;
    for (const auto& folder : at.inside)
      if (!is_flinks_own(last_name_of(at.folder), last_name_of(folder)))
        todo_.push_back({.folder = folder, .depth = at.depth + 1});
  }

  http_client& client_;
  s3_access access_;
  s3_place root_;
  s3_limits limits_;
  clock::time_point end_;
  int requests_ = 0;
  std::deque<step> todo_;
  std::deque<under_way> running_;
  std::vector<stored_snapshot> found_;
  std::optional<refusal> failure_;
};

/// As the beginning of keys, written as Flink's file systems write it: "a/b/".
std::string prefix_of(std::string_view key) {
  std::string prefix;
  for (const char c : key)
    if (c != '/' || !prefix.ends_with('/')) prefix += c;
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  return prefix;
}

}  // namespace

storage_answer list_s3_snapshots(http_client& client, const s3_settings& settings,
                                 const list_snapshots& asked, const s3_limits& limits) {
  auto root = s3_place_of(asked.directory);
  if (!root)
    return {refusal{refusal_reason::unavailable,
                    asked.directory + " cannot be listed: it names no bucket of S3"}};
  root->key = prefix_of(root->key);
  auto access = s3_access_of(settings);
  if (const auto* missing = std::get_if<std::string>(&access))
    return {
        refusal{refusal_reason::unavailable, "cannot list " + asked.directory + ": " + *missing}};
  return s3_walk{client, std::get<s3_access>(std::move(access)), std::move(*root), limits}.over();
}

}  // namespace drey
