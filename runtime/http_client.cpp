/// The loop: one thread that drives all exchanges with curl_multi.
#include "runtime/http_client.hpp"

#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): sigset_t is POSIX

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/curl_sockets.hpp"
#include "runtime/http_transfer.hpp"

namespace drey {

namespace {

/// libcurl wants to be initialised once, before any thread uses it.
curl_sockets initialised_sockets() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (result != CURLE_OK) throw std::runtime_error{"libcurl cannot be initialised"};
  return {};
}

/// Signals belong to the main thread; SIGPIPE of a broken connection to nobody.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

constexpr milliseconds longest_sleep{60'000};

}  // namespace

class http_client::loop {
public:
  explicit loop(const http_client_options& options) : options_(options) {
    curl_multi_setopt(sockets_.multi(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(sockets_.multi(), CURLMOPT_MAXCONNECTS, options.idle_connections_max);
    thread_ = std::thread{[this] { run(); }};
  }

  ~loop() { stop(); }

  call_id start(http_call call, http_callbacks callbacks) {
    const auto id = ++last_id_;
    post({id, std::move(call), std::move(callbacks)});
    return id;
  }

  void cancel(call_id id) { post({id, {}, {}}); }

  void request_stop() noexcept {
    stopping_ = true;
    sockets_.wake();
  }

  void stop() {
    request_stop();
    const std::lock_guard guard{join_mutex_};
    if (thread_.joinable()) thread_.join();
  }

private:
  /// A start, or without an endpoint a cancellation.
  struct order {
    call_id id;
    http_call call;
    http_callbacks callbacks;
  };

  void post(order what) {
    if (stopping_) return;
    const std::lock_guard guard{mutex_};
    if (orders_.empty()) sockets_.wake();
    orders_.push_back(std::move(what));
  }

  void run() {
    block_signals();
    while (!stopping_) {
      sockets_.wait(until_silence());
      take_orders();
      sockets_.act();
      finish_done();
      finish_silent();  // what has come meanwhile is read by now
    }
    while (!transfers_.empty()) remove(transfers_.begin()->first);
    const std::lock_guard guard{mutex_};
    orders_.clear();
  }

  void take_orders() {
    std::vector<order> orders;
    {
      const std::lock_guard guard{mutex_};
      orders.swap(orders_);
    }
    for (auto& one : orders) {
      if (one.call.endpoint)
        begin(std::move(one));
      else
        remove(one.id);
    }
  }

  void begin(order what) {
    auto transfer = std::make_unique<http_transfer>(what.id, std::move(what.call),
                                                    std::move(what.callbacks), options_);
    if (!transfer->impossible().empty())
      return transfer->finish_unsent(loss_reason::unsendable, transfer->impossible());
    const auto added = curl_multi_add_handle(sockets_.multi(), transfer->handle());
    if (added != CURLM_OK)
      return transfer->finish_unsent(loss_reason::not_sent, curl_multi_strerror(added));
    look_for_silence_at_ = std::min(look_for_silence_at_, transfer->silent_at());
    transfers_.emplace(what.id, std::move(transfer));
  }

  /// The exchange leaves the multi handle and lives on until its last callback returned.
  std::unique_ptr<http_transfer> remove(call_id id) {
    const auto at = transfers_.find(id);
    if (at == transfers_.end()) return nullptr;
    auto transfer = std::move(at->second);
    transfers_.erase(at);
    curl_multi_remove_handle(sockets_.multi(), transfer->handle());
    return transfer;
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(sockets_.multi(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto code = message->data.result;  // `message` dies with the handle's removal
      char* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      if (auto done = remove(reinterpret_cast<http_transfer*>(transfer)->id())) done->finish(code);
    }
  }

  /// How long the loop may sleep until an exchange may have been silent for too long.
  milliseconds until_silence() const {
    const auto left = look_for_silence_at_ - http_transfer::clock::now();
    return std::max(std::chrono::ceil<milliseconds>(left), milliseconds{0});
  }

  void finish_silent() {
    const auto now = http_transfer::clock::now();
    if (now < look_for_silence_at_) return;
    look_for_silence_at_ = now + longest_sleep;
    std::vector<call_id> silent;
    for (const auto& [id, transfer] : transfers_) {
      const auto at = transfer->silent_at();
      if (at <= now)
        silent.push_back(id);
      else
        look_for_silence_at_ = std::min(look_for_silence_at_, at);
    }
    for (const auto id : silent) remove(id)->finish_silent();
  }

  http_client_options options_;
  curl_sockets sockets_ = initialised_sockets();
  http_transfer::clock::time_point look_for_silence_at_{};  // bytes only make it later
  std::unordered_map<call_id, std::unique_ptr<http_transfer>> transfers_;  // the thread's own
  std::atomic<call_id> last_id_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<order> orders_;  // guarded by mutex_
  std::mutex join_mutex_;
  std::thread thread_;
};

static_assert(std::atomic<bool>::is_always_lock_free, "request_stop is called by signal handlers");

http_client::http_client(http_client_options options) : loop_(std::make_unique<loop>(options)) {}
http_client::~http_client() = default;

http_client::call_id http_client::start(http_call call, http_callbacks callbacks) {
  return loop_->start(std::move(call), std::move(callbacks));
}
void http_client::cancel(call_id id) { loop_->cancel(id); }
void http_client::request_stop() noexcept { loop_->request_stop(); }
void http_client::stop() { loop_->stop(); }

}  // namespace drey
