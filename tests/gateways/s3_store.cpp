#include "tests/gateways/s3_store.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace drey::testing {

namespace {

constexpr const char* access_key = "drey-test-key";
constexpr const char* secret_key = "a/secret+of=tests";

/// Ends with this process's side of the pipe, should a test die.
int started(const std::vector<std::string>& words, int say_to) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int process = ::fork();
  if (process != 0) return process;
  ::dup2(say_to, STDOUT_FILENO);
  ::execvp(arguments.front(), arguments.data());
  ::_exit(127);
}

}  // namespace

s3_store::s3_store(const std::filesystem::path& buckets, std::vector<std::string> options) {
  std::vector<std::string> words{
      "python3",        "-B",           DREY_SOURCE_DIR "/tests/lab/s3_server.py",
      buckets.string(), "--access-key", access_key,
      "--secret-key",   secret_key};
  words.insert(words.end(), options.begin(), options.end());
  int pipe_ends[2];
  if (::pipe(pipe_ends) != 0) throw std::runtime_error{"no pipe"};
  process_ = started(words, pipe_ends[1]);
  ::close(pipe_ends[1]);
  std::FILE* said = ::fdopen(pipe_ends[0], "r");
  int port = 0;
  const bool told = std::fscanf(said, "port %d", &port) == 1;
  std::fclose(said);
  if (!told) throw std::runtime_error{"the S3 server does not start"};
  endpoint_ = "http://127.0.0.1:" + std::to_string(port);
}

s3_store::~s3_store() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

s3_settings s3_store::settings() const { return settings_with(variables_for(endpoint_)); }

s3_settings settings_with(std::map<std::string, std::string> variables) {
  s3_settings settings;
  settings.variable = [all = std::move(variables)](const char* name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string{} : found->second;
  };
  return settings;
}

std::map<std::string, std::string> variables_for(const std::string& endpoint) {
  return {{"AWS_ENDPOINT_URL", endpoint},
          {"AWS_ACCESS_KEY_ID", access_key},
          {"AWS_SECRET_ACCESS_KEY", secret_key}};
}

}  // namespace drey::testing
