#include "runtime/curl_sockets.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <new>
#include <span>
#include <stdexcept>

namespace drey {

namespace {

constexpr std::size_t events_at_once = 64;

std::uint32_t events_of(int wanted) {
  std::uint32_t events = 0;
  if ((wanted & CURL_POLL_IN) != 0) events |= EPOLLIN;
  if ((wanted & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
  return events;
}

int bits_of(std::uint32_t events) {
  int bits = 0;
  if ((events & EPOLLIN) != 0) bits |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) bits |= CURL_CSELECT_OUT;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) bits |= CURL_CSELECT_ERR;
  return bits;
}

}  // namespace

curl_sockets::descriptor::descriptor(int number) : number_(number) {
  if (number < 0) throw std::runtime_error{"no descriptor is left for the HTTP client"};
}
curl_sockets::descriptor::~descriptor() { ::close(number_); }

curl_sockets::curl_sockets()
    : poll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc{};
  epoll_event wakes{EPOLLIN, {.fd = *wake_}};
  if (::epoll_ctl(*poll_, EPOLL_CTL_ADD, *wake_, &wakes) != 0)
    throw std::runtime_error{"the HTTP client cannot wait for its sockets"};
  curl_multi_setopt(multi(), CURLMOPT_SOCKETFUNCTION, &curl_sockets::on_change);
  curl_multi_setopt(multi(), CURLMOPT_SOCKETDATA, this);
}

curl_sockets::~curl_sockets() = default;

int curl_sockets::on_change(CURL*, curl_socket_t socket, int wanted, void* self, void* known) {
  static_cast<curl_sockets*>(self)->heed(socket, wanted, known != nullptr);
  return 0;
}

/// libcurl tells of a socket before it closes it; whether epoll knows it is remembered there.
void curl_sockets::heed(curl_socket_t socket, int wanted, bool is_known) {
  epoll_event event{events_of(wanted), {.fd = socket}};
  if (wanted == CURL_POLL_REMOVE) {
    ::epoll_ctl(*poll_, EPOLL_CTL_DEL, socket, &event);
    return;
  }
  const int first = is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (::epoll_ctl(*poll_, first, socket, &event) != 0 && (errno == ENOENT || errno == EEXIST))
    ::epoll_ctl(*poll_, is_known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
  curl_multi_assign(multi(), socket, this);
}

void curl_sockets::act() {
  long due = -1;
  curl_multi_timeout(multi(), &due);
  int running = 0;
  if (due == 0) curl_multi_socket_action(multi(), CURL_SOCKET_TIMEOUT, 0, &running);
}

void curl_sockets::wait(milliseconds longest) {
  long due = -1;
  curl_multi_timeout(multi(), &due);
  if (due >= 0) longest = std::min(longest, milliseconds{due});
  std::array<epoll_event, events_at_once> ready{};
  const int count = ::epoll_wait(*poll_, ready.data(), static_cast<int>(ready.size()),
                                 static_cast<int>(longest.count()));
  if (count <= 0) return;  // or a signal
  for (const auto& one : std::span{ready}.first(static_cast<std::size_t>(count))) {
    if (one.data.fd == *wake_) {
      clear_wake();
      continue;
    }
    int running = 0;
    curl_multi_socket_action(multi(), one.data.fd, bits_of(one.events), &running);
  }
}

void curl_sockets::wake() noexcept {
  const std::uint64_t one = 1;
  // It fails only when more wakes wait than a number can count.
  [[maybe_unused]] const auto written = ::write(*wake_, &one, sizeof one);
}

void curl_sockets::clear_wake() {
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto taken = ::read(*wake_, &wakes, sizeof wakes);
}

}  // namespace drey
