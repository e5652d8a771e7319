/// Walks HDFS folder by folder, one call after the other: a NameNode answers within milliseconds.
#include "runtime/webhdfs_listing.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/webhdfs_answer.hpp"

namespace drey {

namespace {

using clock = std::chrono::steady_clock;

std::string encoded_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/'
    const auto end = std::min(path.find('/'), path.size());
    out += "/" + url_encoded(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out.empty() ? "/" : out;
}

std::string last_name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

class webhdfs_walk {
public:
  webhdfs_walk(http_client& client, webhdfs_place place, webhdfs_access access,
               const webhdfs_limits& limits)
      : client_(client),
        place_(std::move(place)),
        access_(std::move(access)),
        limits_(limits),
        end_(clock::now() + limits.all) {}

  storage_answer over(int made_later) {
    enter(place_.path, 0);
    if (root_absent_) prove_store(made_later);
    if (failure_) return {std::move(*failure_)};
    std::sort(found_.begin(), found_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return {snapshots_listed{std::move(found_)}};
  }

private:
  struct answer {
    std::string body;
    bool absent = false;
    bool unknown_call = false;
  };

  void fail(const std::string& path, refusal_reason reason, const std::string& why) {
    failure_ = {reason, "cannot list " + place_.store + path + ": " + why};
  }
  void disbelieve(const std::string& path, const std::string& why) {
    fail(path, refusal_reason::unavailable, "the answer cannot be believed: " + why);
  }

  http_call call_of(const std::string& path, const std::string& what) const {
    http_endpoint endpoint;
    endpoint.base_url = place_.servers[active_];
    endpoint.ca_pem = access_.ca_pem;
    http_call call;
    call.endpoint = std::make_shared<const http_endpoint>(std::move(endpoint));
    call.request.path = "/webhdfs/v1" + encoded_path(path) + "?op=" + what + "&" + access_.identity;
    call.body_bytes_max = limits_.answer_bytes;
    const auto left = std::chrono::ceil<milliseconds>(end_ - clock::now());
    call.timeout = std::max(milliseconds{1}, std::min(limits_.each, left));
    return call;
  }

  /// A client that stops drops its callbacks, and with them the promise.
  http_outcome outcome_of(http_call call, http_callbacks callbacks) {
    constexpr seconds slack{5};
    const auto lost_at = clock::now() + call.timeout + slack;
    auto promise = std::make_shared<std::promise<http_outcome>>();
    auto outcome = promise->get_future();
    callbacks.done = [promise](http_outcome told) { promise->set_value(std::move(told)); };
    promise.reset();
    client_.start(std::move(call), std::move(callbacks));
    try {
      if (outcome.wait_until(lost_at) == std::future_status::ready) return outcome.get();
    } catch (const std::future_error&) {
      return http_loss{loss_reason::not_sent, "drey-operator ends"};
    }
    return http_loss{loss_reason::cut_off, "no answer"};
  }

  /// Asks the NameNodes from the one that answered last; none: `failure_` says why. Reading may be
  /// repeated.
  template <class Send>
  std::optional<answer> ask(const std::string& path, Send&& send) {
    std::optional<refusal> first;
    for (std::size_t tried = 0; tried < place_.servers.size(); ++tried) {
      if (clock::now() >= end_ || ++requests_ > limits_.requests) break;
      const auto outcome = send();
      const auto* told = std::get_if<http_response>(&outcome);
      if (told != nullptr && told->status >= 200 && told->status <= 299) return answer{told->body};
      webhdfs_refusal no;
      if (told != nullptr)
        no = refusal_of_webhdfs(*told);
      else
        no.why = {refusal_reason::unavailable, std::get<http_loss>(outcome).message};
      if (no.kind == webhdfs_failure::absent) return answer{{}, true};
      if (no.kind == webhdfs_failure::unknown_call) return answer{{}, false, true};
      // What kept the active one from answering tells more than that the other stands by.
      if (!first || no.kind != webhdfs_failure::standby) first = no.why;
      if (told != nullptr && no.kind != webhdfs_failure::standby) break;
      active_ = (active_ + 1) % place_.servers.size();
    }
    if (first && clock::now() < end_)
      fail(path, first->reason, first->message);
    else
      fail(path, refusal_reason::unavailable, "the store has too much, or is too slow");
    return std::nullopt;
  }

  std::optional<answer> ask_for(const std::string& path, const std::string& what) {
    return ask(path, [&] { return outcome_of(call_of(path, what), {}); });
  }

  std::optional<answer> ask_page(const std::string& path, const std::string& after) {
    if (batches_) {
      const auto since = after.empty() ? "" : "&startAfter=" + url_encoded(after);
      auto told = ask_for(path, "LISTSTATUS_BATCH" + since);
      if (!told || !told->unknown_call) return told;
      batches_ = false;
    }
    return ask_for(path, "LISTSTATUS");
  }

  /// A snapshot holds no other snapshots: its own files are not looked at.
  void enter(const std::string& path, int depth) {
    std::vector<std::string> inside;
    std::string after;
    while (true) {
      const auto told = ask_page(path, after);
      if (!told) return;
      if (told->unknown_call) return disbelieve(path, "HDFS does not know LISTSTATUS");
      if (told->absent && depth == 0 && after.empty()) return void(root_absent_ = true);
      if (told->absent && depth > 0) return;  // it was retired while we looked
      if (told->absent) return disbelieve(path, "it went while it was listed");
      auto read = webhdfs_page_of(told->body);
      if (const auto* wrong = std::get_if<std::string>(&read)) return disbelieve(path, *wrong);
      const auto& page = std::get<webhdfs_page>(read);
      for (const auto& one : page.files) {
        if (one.name.empty()) return disbelieve(path, "it is a file, and no folder");
        if (one.name == metadata_name && !one.is_folder && one.bytes > 0)
          return take_snapshot(path, one.modified);
        if (one.is_folder && !is_flinks_own(last_name_of(path), one.name))
          inside.push_back(path + "/" + one.name);
      }
      if (!page.more) break;
      if (page.files.back().name == after) return disbelieve(path, "the same page again");
      after = page.files.back().name;
    }
    if (depth == limits_.depth) return;
    for (const auto& folder : inside)
      if (!failure_) enter(folder, depth + 1);
  }

  void take_snapshot(const std::string& path, std::int64_t modified) {
    const auto file = path + "/" + std::string(metadata_name);
    std::string head;
    const auto told = ask(file, [&] {
      head.clear();
      auto call = call_of(file, "OPEN&offset=0&length=" + std::to_string(metadata_head_bytes));
      call.redirects_max = 1;  // to a DataNode; an HttpFS answers itself
      call.redirects = place_.trusted ? redirect_reach::anywhere : redirect_reach::public_only;
      http_callbacks callbacks;
      const auto bytes = std::make_shared<std::string>();
      callbacks.bytes = [bytes](std::string_view some) {
        bytes->append(some.substr(0, metadata_head_bytes - bytes->size()));
        return bytes->size() < metadata_head_bytes ? stream_flow::onward : stream_flow::stop;
      };
      auto outcome = outcome_of(std::move(call), std::move(callbacks));
      const auto* loss = std::get_if<http_loss>(&outcome);
      const bool read = loss == nullptr || loss->reason == loss_reason::stopped;
      if (read) head = *bytes;
      if (loss != nullptr && read) outcome = http_response{200, {}, {}};
      return outcome;
    });
    if (!told || told->absent) return;  // it was retired while we looked
    if (told->unknown_call) return disbelieve(file, "HDFS does not know OPEN");
    found_.push_back({place_.store + path, modified, checkpoint_id_in(head), format_in(head)});
  }

  /// Not there: believed only where the folder above what is made with the first snapshot is.
  void prove_store(int made_later) {
    auto above = place_.path;
    for (int i = 0; i < std::max(made_later, 1); ++i) {
      above.resize(std::min(above.rfind('/'), above.size()));
      const auto told = ask_for(above, "GETFILESTATUS");
      if (!told) return;
      if (told->absent) continue;
      const auto read = webhdfs_status_of(told->body);
      const auto* file = std::get_if<webhdfs_file>(&read);
      if (told->unknown_call || file == nullptr) return disbelieve(above, "it is no file's status");
      if (!file->is_folder) fail(above, refusal_reason::unavailable, "it is a file, and no folder");
      return;
    }
    fail(above, refusal_reason::unavailable,
         "there is no such folder: correct the directory of checkpoints, or make it");
  }

  http_client& client_;
  webhdfs_place place_;
  webhdfs_access access_;
  webhdfs_limits limits_;
  clock::time_point end_;
  std::size_t active_ = 0;
  int requests_ = 0;
  bool batches_ = true;
  bool root_absent_ = false;
  std::vector<stored_snapshot> found_;
  std::optional<refusal> failure_;
};

}  // namespace

storage_answer list_webhdfs_snapshots(http_client& client, const webhdfs_settings& settings,
                                      const list_snapshots& asked, const webhdfs_limits& limits) {
  const auto refused = [&](const std::string& why) {
    return storage_answer{
        refusal{refusal_reason::unavailable, "cannot list " + asked.directory + ": " + why}};
  };
  auto place = webhdfs_place_of(settings, asked.directory);
  if (const auto* why = std::get_if<std::string>(&place)) return refused(*why);
  auto& found = std::get<webhdfs_place>(place);
  auto access = webhdfs_access_of(settings, found);
  if (const auto* why = std::get_if<std::string>(&access)) return refused(*why);
  return webhdfs_walk{client, std::move(found), std::get<webhdfs_access>(std::move(access)), limits}
      .over(asked.made_later);
}

}  // namespace drey
