#include "tests/gateways/test_servers.hpp"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>

namespace drey::testing {

namespace {

int listen_anywhere(int& port) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listening, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listening, 256) != 0)
    throw std::runtime_error{"cannot listen"};
  getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listening;
}

std::size_t body_bytes(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text{data, static_cast<std::size_t>(size)};
  BIO_free(memory);
  return text;
}

}  // namespace

scratch_folder::scratch_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "drey-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error{"cannot make " + name};
  path_ = name;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path scratch_folder::write(const std::string& name,
                                            const std::string& content) const {
  const auto file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  // Another inode, as when a projected token is rotated.
  std::filesystem::remove(file);
  std::ofstream{file, std::ios::binary} << content;
  return file;
}

void gate::open() {
  const std::lock_guard guard{mutex_};
  is_open_ = true;
  changed_.notify_all();
}

bool gate::wait() {
  std::unique_lock guard{mutex_};
  return changed_.wait_for(guard, test_patience, [this] { return is_open_; });
}

http_server::http_server(std::unique_ptr<httplib::Server> server)
    : server_(server ? std::move(server) : std::make_unique<httplib::Server>()) {
  // An idle connection would hold a thread of the server, and its end, for seconds.
  server_->set_keep_alive_max_count(1);
  port_ = server_->bind_to_any_port("127.0.0.1");
}

http_server::~http_server() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
}

void http_server::start() {
  thread_ = std::thread{[this] { server_->listen_after_bind(); }};
  while (!server_->is_running()) std::this_thread::yield();
}

socket_server::socket_server(std::function<void(int)> serve)
    : serve_(std::move(serve)), listening_(listen_anywhere(port_)) {
  thread_ = std::thread{[this] {
    while (!stopping_) {
      const int connection = accept(listening_, nullptr, nullptr);
      if (connection < 0) break;
      serve_(connection);
      close(connection);
    }
  }};
}

socket_server::~socket_server() {
  stopping_ = true;
  shutdown(listening_, SHUT_RDWR);
  thread_.join();
  close(listening_);
}

std::string read_request(int socket) {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const auto head = text.find("\r\n\r\n");
    if (head != std::string::npos && text.size() >= head + 4 + body_bytes(text)) return text;
    const auto bytes = recv(socket, piece.data(), piece.size(), 0);
    if (bytes <= 0) return {};
    text.append(piece.data(), static_cast<std::size_t>(bytes));
  }
}

void send_text(int socket, const std::string& text) {
  (void)send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

int closed_port() {
  int port = 0;
  close(listen_anywhere(port));
  return port;
}

certificate make_certificate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 24L * 3600);
  X509_set_pubkey(made, key);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("drey test"), -1, -1, 0);
  X509_set_issuer_name(made, name);
  for (const auto& [kind, value] : {std::pair{NID_subject_alt_name, "IP:127.0.0.1"},
                                    std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(made, extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(made, key, EVP_sha256());
  BIO* certificate_text = BIO_new(BIO_s_mem());
  BIO* key_text = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate_text, made);
  PEM_write_bio_PrivateKey(key_text, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(made);
  EVP_PKEY_free(key);
  return {text_of(certificate_text), text_of(key_text)};
}

std::shared_ptr<const http_endpoint> endpoint_at(int port) {
  http_endpoint endpoint;
  endpoint.base_url = "http://127.0.0.1:" + std::to_string(port);
  endpoint.proxies = proxy_use::none;
  return std::make_shared<const http_endpoint>(endpoint);
}

http_outcome outcome_of(http_client& client, http_call call) {
  auto over = std::make_shared<std::promise<http_outcome>>();
  auto outcome = over->get_future();
  client.start(std::move(call), {[over](http_outcome x) { over->set_value(std::move(x)); }});
  if (outcome.wait_for(test_patience) != std::future_status::ready)
    throw std::runtime_error{"the exchange never ended"};
  return outcome.get();
}

}  // namespace drey::testing
