/// One exchange on libcurl: an easy handle with everything that it points to. Used by the client's
/// thread alone.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/http_client.hpp"

namespace drey {

struct curl_closer {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(curl_mime* form) const { curl_mime_free(form); }
};

class http_transfer {
public:
  using clock = std::chrono::steady_clock;

  http_transfer(std::uint64_t id, http_call call, http_callbacks callbacks,
                const http_client_options& options);
  http_transfer(const http_transfer&) = delete;
  http_transfer& operator=(const http_transfer&) = delete;

  CURL* handle() const { return handle_.get(); }
  std::uint64_t id() const { return id_; }

  /// The moment at which the exchange has been silent for too long; `max()`: never.
  clock::time_point silent_at() const;

  /// Empty: the exchange may begin; else why it cannot, as for a file that cannot be read.
  const std::string& impossible() const { return impossible_; }

  /// Tells the caller how it ended.
  void finish(CURLcode code);
  void finish_unsent(loss_reason reason, std::string why);
  void finish_silent();

private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_upload(char* data, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_socket(void* self, curl_socket_t socket, curlsocktype purpose);
  static int on_connected(void* self, char* address, char* own, int port, int own_port);

  void set_address();
  void set_trust();
  void set_headers();
  void set_signature();
  void set_body();
  void set_upload();
  void set_patience();
  std::size_t take(std::string_view bytes);
  bool streams() const;
  bool is_elsewhere() const;
  http_loss loss_of(CURLcode code) const;

  std::uint64_t id_;
  http_call call_;
  http_callbacks callbacks_;
  http_client_options options_;
  std::unique_ptr<CURL, curl_closer> handle_;
  std::unique_ptr<curl_slist, curl_closer> headers_;
  std::unique_ptr<curl_slist, curl_closer> headers_elsewhere_;  ///< of a host that was not asked
  std::unique_ptr<curl_slist, curl_closer> connect_to_;
  std::unique_ptr<curl_mime, curl_closer> form_;
  std::string body_;
  std::size_t sent_ = 0;
  std::string impossible_;
  std::string first_address_;    ///< the first that was connected to
  std::string private_address_;  ///< to which a redirect led, and may not
  bool too_large_ = false;
  bool stopped_ = false;
  clock::time_point last_byte_ = clock::now();
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace drey
