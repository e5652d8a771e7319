/// Options and callbacks of one libcurl exchange.
#include "runtime/http_transfer.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "runtime/private_address.hpp"

namespace drey {

namespace {

constexpr long upload_buffer = 16L * 1024;  ///< bytes, the least that libcurl takes

/// Flink accepts only names that end so ("Only Jar files are allowed").
std::string jar_name(const std::string& file) {
  const auto name = file.substr(file.rfind('/') + 1);
  return name.ends_with(".jar") ? name : name + ".jar";
}

curl_blob blob_of(const std::string& pem) {
  // CURL_BLOB_NOCOPY: the endpoint outlives the handle.
  return {const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};
}

/// SHA-256 of a body that is empty.
constexpr std::string_view nothing_sha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

void append(std::unique_ptr<curl_slist, curl_closer>& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (!longer) throw std::bad_alloc{};
  (void)list.release();
  list.reset(longer);
}

bool never_sent(CURL* handle, CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return true;
    default:
      break;
  }
  // Zero until the first byte of the request may have left.
  curl_off_t until_transfer = 0;
  curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &until_transfer);
  return until_transfer == 0;
}

}  // namespace

http_transfer::http_transfer(std::uint64_t id, http_call call, http_callbacks callbacks,
                             const http_client_options& options)
    : id_(id),
      call_(std::move(call)),
      callbacks_(std::move(callbacks)),
      options_(options),
      handle_(curl_easy_init()) {
  if (!handle_) throw std::bad_alloc{};
  set_address();
  set_trust();
  if (call_.signer)
    set_signature();
  else
    set_headers();
  set_patience();
  if (call_.request.upload.empty())
    set_body();
  else
    set_upload();
}

void http_transfer::set_address() {
  CURL* h = handle();
  const auto& endpoint = *call_.endpoint;
  curl_easy_setopt(h, CURLOPT_URL, (endpoint.base_url + call_.request.path).c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, call_.redirects_max > 0 ? 1L : 0L);
  curl_easy_setopt(h, CURLOPT_MAXREDIRS, static_cast<long>(call_.redirects_max));
  if (call_.redirects_max > 0 || call_.hosts == redirect_reach::public_only) {
    curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, &http_transfer::on_connected);
    curl_easy_setopt(h, CURLOPT_PREREQDATA, this);
  }
  if (!call_.range.empty()) curl_easy_setopt(h, CURLOPT_RANGE, call_.range.c_str());
  // Waiting for a connection to be shared makes sense with TLS alone, where the handshake tells: on
  // plain HTTP libcurl would let every request wait until the one before it is over.
  const bool tls = endpoint.base_url.starts_with("https:");
  const long version = tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, version);
  curl_easy_setopt(h, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(h, CURLOPT_PRIVATE, this);
  if (!endpoint.proxy_url.empty())
    curl_easy_setopt(h, CURLOPT_PROXY, endpoint.proxy_url.c_str());
  else if (endpoint.proxies == proxy_use::none)
    curl_easy_setopt(h, CURLOPT_PROXY, "");
  if (endpoint.connect_to.empty()) return;
  append(connect_to_, "::" + endpoint.connect_to);
  curl_easy_setopt(h, CURLOPT_CONNECT_TO, connect_to_.get());
}

void http_transfer::set_trust() {
  const auto& endpoint = *call_.endpoint;
  CURL* h = handle();
  const long check = endpoint.trust == tls_trust::verified ? 1L : 0L;
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, check);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L * check);
  if (!endpoint.ca_pem.empty()) {
    const auto blob = blob_of(endpoint.ca_pem);
    curl_easy_setopt(h, CURLOPT_CAINFO_BLOB, &blob);
  }
  if (!endpoint.certificate_pem.empty()) {
    const auto blob = blob_of(endpoint.certificate_pem);
    curl_easy_setopt(h, CURLOPT_SSLCERT_BLOB, &blob);
  }
  if (!endpoint.key_pem.empty()) {
    const auto blob = blob_of(endpoint.key_pem);
    curl_easy_setopt(h, CURLOPT_SSLKEY_BLOB, &blob);
  }
}

void http_transfer::set_headers() {
  append(headers_, "Expect:");  // no 100-continue: it costs a second where it is not understood
  append(headers_, "User-Agent: drey");
  if (call_.redirects_max == 0) append(headers_, "Accept: application/json");
  if (!call_.bearer_token.empty()) append(headers_, "Authorization: Bearer " + call_.bearer_token);
  if (!call_.request.content_type.empty() && call_.request.upload.empty())
    append(headers_, "Content-Type: " + call_.request.content_type);
  for (curl_slist* one = headers_.get(); one != nullptr && !call_.headers.empty(); one = one->next)
    append(headers_elsewhere_, one->data);
  for (const auto& [name, value] : call_.headers)  // one without a value ends with a semicolon
    append(headers_, value.empty() ? name + ";" : name + ": " + value);
  curl_easy_setopt(handle(), CURLOPT_HTTPHEADER, headers_.get());
}

/// libcurl signs every header that is set here, also one that it does not send: none but these.
void http_transfer::set_signature() {
  CURL* h = handle();
  const auto& signer = *call_.signer;
  append(headers_, "x-amz-content-sha256: " + std::string(nothing_sha256));
  if (!signer.session_token.empty())
    append(headers_, "x-amz-security-token: " + signer.session_token);
  curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(h, CURLOPT_USERAGENT, "drey");
  curl_easy_setopt(h, CURLOPT_AWS_SIGV4, ("aws:amz:" + signer.region + ":s3").c_str());
  curl_easy_setopt(h, CURLOPT_USERNAME, signer.access_key.c_str());
  curl_easy_setopt(h, CURLOPT_PASSWORD, signer.secret_key.c_str());
  // What is signed is the path as it stands here.
  curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
}

void http_transfer::set_patience() {
  CURL* h = handle();
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(call_.timeout.count()));
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(h, CURLOPT_TCP_KEEPIDLE, 15L);
  curl_easy_setopt(h, CURLOPT_TCP_KEEPINTVL, 5L);
  curl_easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, &http_transfer::on_socket);
  curl_easy_setopt(h, CURLOPT_SOCKOPTDATA, this);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &http_transfer::on_body);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, &http_transfer::on_header);
  curl_easy_setopt(h, CURLOPT_HEADERDATA, this);
}

void http_transfer::set_body() {
  CURL* h = handle();
  const auto& request = call_.request;
  if (request.method == "GET") return;
  if (request.method != "DELETE" || !request.body.empty()) {
    curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
    // What is written is small, and hundreds may be on their way: libcurl would take 64 KiB for
    // each.
    curl_easy_setopt(h, CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer);
    curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(h, CURLOPT_READFUNCTION, &http_transfer::on_upload);
    curl_easy_setopt(h, CURLOPT_READDATA, this);
    curl_easy_setopt(h, CURLOPT_SEEKFUNCTION, &http_transfer::on_seek);
    curl_easy_setopt(h, CURLOPT_SEEKDATA, this);
  }
  curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void http_transfer::set_upload() {
  CURL* h = handle();
  form_.reset(curl_mime_init(h));
  curl_mimepart* part = curl_mime_addpart(form_.get());
  curl_mime_name(part, "jarfile");
  if (curl_mime_filedata(part, call_.request.upload.c_str()) != CURLE_OK)
    impossible_ = "the file to upload cannot be read";
  curl_mime_filename(part, jar_name(call_.request.upload).c_str());
  curl_mime_type(part, "application/x-java-archive");
  curl_easy_setopt(h, CURLOPT_MIMEPOST, form_.get());
  // A form can be rewound, so libcurl would repeat it on a dead connection: take a new one.
  curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L);
}

http_transfer::clock::time_point http_transfer::silent_at() const {
  if (call_.silence_max.count() == 0) return clock::time_point::max();
  return last_byte_ + call_.silence_max;
}

bool http_transfer::streams() const {
  if (!callbacks_.bytes) return false;
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300;
}

std::size_t http_transfer::take(std::string_view bytes) {
  last_byte_ = clock::now();
  if (streams()) {
    stopped_ = callbacks_.bytes(bytes) == stream_flow::stop;
    return stopped_ ? 0 : bytes.size();
  }
  too_large_ = body_.size() + bytes.size() > call_.body_bytes_max;
  if (too_large_) return 0;
  body_.append(bytes);
  return bytes.size();
}

void http_transfer::finish(CURLcode code) {
  if (code != CURLE_OK) return callbacks_.done(loss_of(code));
  http_response response;
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  curl_off_t wait = 0;
  curl_easy_getinfo(handle(), CURLINFO_RETRY_AFTER, &wait);
  response.status = static_cast<int>(status);
  response.retry_after = seconds{std::min<curl_off_t>(wait, 3600)};
  response.body = std::move(body_);
  callbacks_.done(std::move(response));
}

void http_transfer::finish_unsent(loss_reason reason, std::string why) {
  callbacks_.done(http_loss{reason, std::move(why)});
}

void http_transfer::finish_silent() {
  const auto patience = std::to_string(call_.silence_max.count());
  callbacks_.done(http_loss{loss_reason::cut_off, "no byte for " + patience + " ms"});
}

http_loss http_transfer::loss_of(CURLcode code) const {
  if (!private_address_.empty() && private_address_ == first_address_)
    return {loss_reason::unsendable, "it lies at " + private_address_ +
                                         ", an address of this machine or network, where nothing "
                                         "may come from (--jar-hosts)"};
  if (!private_address_.empty())
    return {loss_reason::unsendable,
            "it redirects to " + private_address_ +
                ", an address of this machine or network, where no redirect may lead"};
  if (too_large_)
    return {loss_reason::too_large,
            "the answer exceeds " + std::to_string(call_.body_bytes_max) + " bytes"};
  if (stopped_) return {loss_reason::stopped, "the reader asked to stop"};
  if (code == CURLE_READ_ERROR)
    return {loss_reason::unsendable, "the file to upload cannot be read to its end"};
  const std::string message = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  return {never_sent(handle(), code) ? loss_reason::not_sent : loss_reason::cut_off, message};
}

std::size_t http_transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<http_transfer*>(self)->take({data, size * count});
}

std::size_t http_transfer::on_header(char*, std::size_t size, std::size_t count, void* self) {
  static_cast<http_transfer*>(self)->last_byte_ = clock::now();
  return size * count;
}

std::size_t http_transfer::on_upload(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<http_transfer*>(self);
  const std::string_view rest =
      std::string_view{transfer.call_.request.body}.substr(transfer.sent_);
  const auto piece = std::min(rest.size(), size * count);
  std::memcpy(data, rest.data(), piece);
  transfer.sent_ += piece;
  return piece;
}

int http_transfer::on_seek(void* self, curl_off_t offset, int origin) {
  // Rewinding would send the request a second time; from the beginning to the beginning is none.
  const auto& transfer = *static_cast<http_transfer*>(self);
  const bool untouched = origin == SEEK_SET && offset == 0 && transfer.sent_ == 0;
  return untouched ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

/// Whether a redirect led to another host than the one that was asked. Both are http or https.
bool http_transfer::is_elsewhere() const {
  const char* now = nullptr;
  curl_easy_getinfo(handle(), CURLINFO_EFFECTIVE_URL, &now);
  const auto server_of = [](std::string_view url) {
    return url.substr(0, url.find_first_of("/?#", url.find("://") + 3));
  };
  return now == nullptr || server_of(now) != server_of(call_.endpoint->base_url + "/");
}

/// Called before each request, on new and on reused connections.
int http_transfer::on_connected(void* self, char* address, char*, int port, int) {
  auto& transfer = *static_cast<http_transfer*>(self);
  const auto place = std::string(address) + " port " + std::to_string(port);
  const auto& call = transfer.call_;
  const bool first = transfer.first_address_.empty();
  if (first) transfer.first_address_ = place;
  if (!first && transfer.headers_elsewhere_ && transfer.is_elsewhere())
    curl_easy_setopt(transfer.handle(), CURLOPT_HTTPHEADER, transfer.headers_elsewhere_.get());
  const bool same = place == transfer.first_address_;
  const auto reach = same ? call.hosts : call.redirects;
  const bool allowed = reach == redirect_reach::anywhere && call.hosts == redirect_reach::anywhere;
  if (allowed || !is_private_address(address)) return CURL_PREREQFUNC_OK;
  transfer.private_address_ = place;
  return CURL_PREREQFUNC_ABORT;
}

int http_transfer::on_socket(void* self, curl_socket_t socket, curlsocktype) {
  const auto& transfer = *static_cast<http_transfer*>(self);
  const auto patience = static_cast<unsigned>(transfer.options_.acknowledge_timeout.count());
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  return CURL_SOCKOPT_OK;
}

}  // namespace drey
