/// A multi handle of libcurl and the sockets that it waits for, on epoll: what is done for one
/// exchange does not grow with the others that wait, as watches do all the time.
#pragma once

#include <curl/curl.h>

#include <memory>

#include "protocol/time.hpp"

namespace drey {

/// Used by one thread, but for `wake`.
class curl_sockets {
public:
  /// Throws std::runtime_error when the system has no more descriptors.
  curl_sockets();
  ~curl_sockets();
  curl_sockets(const curl_sockets&) = delete;
  curl_sockets& operator=(const curl_sockets&) = delete;

  CURLM* multi() const { return multi_.get(); }

  /// Does what is due by now: exchanges that were added, and time-outs of libcurl's own.
  void act();

  /// Waits until a socket is ready, something is due, it is woken or `longest` is over; and does
  /// what ready sockets ask for.
  void wait(milliseconds longest);

  /// From any thread, and safe in a signal handler: ends the present wait, or the next one.
  void wake() noexcept;

private:
  struct multi_closer {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  class descriptor {
  public:
    explicit descriptor(int number);
    ~descriptor();
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int operator*() const { return number_; }

  private:
    int number_;
  };

  static int on_change(CURL*, curl_socket_t socket, int wanted, void* self, void* known);
  void heed(curl_socket_t socket, int wanted, bool is_known);
  void clear_wake();

  descriptor poll_;
  descriptor wake_;
  std::unique_ptr<CURLM, multi_closer> multi_;  // closes connections, which tells `on_change`
};

}  // namespace drey
