/// The one HTTP client of the operator: any number of exchanges on one thread (architecture,
/// decision 11). HTTP/2 where the server speaks TLS; connections are reused; nothing else ever
/// blocks on a socket.
///
/// Callbacks run on the client's thread: they must return quickly and must not call `stop`. A
/// gateway's callback does nothing but post a message into its actor.
///
/// Nothing is ever sent twice: where libcurl would silently repeat a request with a body on a new
/// connection because a reused one turned out dead, the exchange ends as `cut_off` instead.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/http_message.hpp"

namespace drey {

enum class tls_trust { verified, unverified };
enum class proxy_use { of_environment, none };

/// A server and how to speak to it. PEM texts are held in memory only and never logged.
struct http_endpoint {
  std::string base_url;  ///< "https://10.0.0.1:6443", without a '/' at the end
  std::string ca_pem;    ///< empty: the system's authorities
  std::string certificate_pem;
  std::string key_pem;
  tls_trust trust = tls_trust::verified;
  std::string proxy_url;  ///< empty: as `proxies` says
  proxy_use proxies = proxy_use::of_environment;
  std::string connect_to;  ///< "host:port" to connect to instead of the URL's own; empty: none
};

/// Who asks an S3 store, which wants a signature (AWS, version 4) instead of a token.
struct s3_signer {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  ///< empty: none
  std::string region;
};

/// Where a call or a redirect may lead: a private address is one of this machine or network.
enum class redirect_reach { anywhere, public_only };

struct http_call {
  std::shared_ptr<const http_endpoint> endpoint;
  http_request request;
  std::string bearer_token = {};
  /// For GET, whose query is sorted and percent-encoded; redirects are not followed then.
  std::optional<s3_signer> signer = {};
  string_map headers = {};       ///< more of them; no redirect carries them to another host
  std::string range = {};        ///< "0-15": only these bytes are asked for; empty: all
  milliseconds timeout{30'000};  ///< of the whole exchange; 0: none
  milliseconds silence_max{0};   ///< without a byte for so long it is `cut_off`; 0: none
  std::size_t body_bytes_max = 16 << 20;
  int redirects_max = 0;  ///< redirects go to http and https only
  /// `public_only`: to a private address only where the first one asked is the very same.
  redirect_reach redirects = redirect_reach::anywhere;
  redirect_reach hosts = redirect_reach::anywhere;  ///< also of the first address
};

using http_outcome = std::variant<http_response, http_loss>;

enum class stream_flow { onward, stop };

struct http_callbacks {
  /// Called exactly once, unless the exchange is cancelled or the client stops before.
  std::function<void(http_outcome)> done;
  /// When set, takes the body of a 2xx answer piece by piece; `done` then has an empty body.
  std::function<stream_flow(std::string_view)> bytes = {};
};

struct http_client_options {
  milliseconds connect_timeout{5'000};
  /// Unacknowledged data older than this means that the peer is gone (TCP_USER_TIMEOUT).
  milliseconds acknowledge_timeout{20'000};
  long idle_connections_max = 512;  ///< one for each JobManager that is polled, and some
};

class http_client {
public:
  using call_id = std::uint64_t;

  explicit http_client(http_client_options options = {});
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// From any thread. After `stop` the call is dropped.
  call_id start(http_call call, http_callbacks callbacks);

  /// From any thread. A callback that is running at this moment may still finish.
  void cancel(call_id id);

  /// Asks the thread to end; safe in a signal handler.
  void request_stop() noexcept;

  /// Ends all exchanges without calling back and joins the thread. Call it before the actor system
  /// goes whose actors are called back.
  void stop();

private:
  class loop;
  std::unique_ptr<loop> loop_;
};

}  // namespace drey
