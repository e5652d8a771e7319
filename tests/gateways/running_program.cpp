#include "tests/gateways/running_program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace drey::testing {

namespace {

[[noreturn]] void become(std::vector<std::string> words, const std::string& output) {
  const int file = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  std::vector<char*> arguments;
  for (auto& one : words) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

}  // namespace

std::string kubeconfig_for(int port) {
  return R"({"apiVersion":"v1","kind":"Config","current-context":"c",
             "clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:)" +
         std::to_string(port) +
         R"("}}],"users":[{"name":"c","user":{"token":"t"}}],
             "contexts":[{"name":"c","context":{"cluster":"c","user":"c"}}]})";
}

running_program::running_program(int api_port, const std::vector<std::string>& options) {
  const auto config = folder_.write("kubeconfig", kubeconfig_for(api_port));
  std::vector<std::string> words{DREY_BINARY_DIR "/drey-operator",
                                 "--kubeconfig",
                                 config.string(),
                                 "--listen-address",
                                 "127.0.0.1",
                                 "--listen-port",
                                 "0",
                                 "--work-directory",
                                 (folder_.path() / "work").string()};
  words.insert(words.end(), options.begin(), options.end());
  process_ = ::fork();
  if (process_ == 0) become(std::move(words), (folder_.path() / "output").string());
}

running_program::~running_program() { stop(); }

std::string running_program::said() const {
  std::ifstream file{folder_.path() / "output"};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool running_program::comes_to_say(const std::string& what) const {
  const auto end = std::chrono::steady_clock::now() + test_patience;
  while (said().find(what) == std::string::npos) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return true;
}

int running_program::port() const {
  const std::string mark = " listening=127.0.0.1:";
  if (!comes_to_say(mark)) return 0;
  const auto text = said();
  return std::atoi(text.c_str() + text.find(mark) + mark.size());
}

std::string running_program::answer_to(const std::string& path) const {
  http_client client;
  http_call call;
  call.endpoint = endpoint_at(port());
  call.request.path = path;
  const auto outcome = outcome_of(client, call);
  const auto* response = std::get_if<http_response>(&outcome);
  return response == nullptr ? "" : response->body;
}

int running_program::stop() {
  if (process_ == 0) return 0;
  ::kill(process_, SIGTERM);
  int status = 0;
  ::waitpid(std::exchange(process_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace drey::testing
