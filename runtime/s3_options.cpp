#include "runtime/s3_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

namespace drey {

void add_s3_options(CLI::App& app, s3_settings& settings) {
  settings.variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string{value == nullptr ? "" : value};
  };
  app.add_option("--s3-endpoint", settings.endpoint,
                 "https://HOST:PORT of the S3 store; none: AWS_ENDPOINT_URL, or Amazon's");
  app.add_option("--s3-region", settings.region, "Region of S3; none: AWS_REGION, or us-east-1");
  static const std::map<std::string, s3_addressing> forms{
      {"auto", s3_addressing::automatic},
      {"path", s3_addressing::path},
      {"virtual-host", s3_addressing::virtual_host}};
  app.add_option_function<std::string>(
         "--s3-addressing",
         [&settings](const std::string& name) { settings.addressing = forms.at(name); },
         "Where a bucket's name stands: auto is path with an endpoint, else virtual-host")
      ->check(CLI::IsMember(forms));
  app.add_option_function<std::string>(
         "--s3-ca", [&settings](const std::string& file) { settings.authorities = file; },
         "PEM file of the authorities of the S3 store; none: AWS_CA_BUNDLE, or the system's")
      ->check(CLI::ExistingFile);
  app.add_option_function<std::string>(
      "--s3-settings", [&settings](const std::string& folder) { settings.folder = folder; },
      "Folder with files AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where they are needed, "
      "AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL: a Secret that is mounted. Its files may "
      "change; what is not there, the environment says");
}

}  // namespace drey
