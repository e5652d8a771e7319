#include "runtime/s3_settings.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "runtime/cluster_access.hpp"
#include "runtime/kubeconfig.hpp"

namespace drey {

namespace {

namespace fs = std::filesystem;

/// Something is missing or wrong.
struct unusable {
  std::string why;
};

/// All files of a Secret are swapped at once by a link: read from where it leads now.
fs::path settled(const fs::path& folder) {
  std::error_code error;
  auto now = fs::canonical(folder / "..data", error);
  return error ? folder : now;
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

class values {
public:
  explicit values(const s3_settings& settings)
      : settings_(settings),
        folder_(settings.folder.empty() ? fs::path{} : settled(settings.folder)) {}

  /// The first of `names` that has a value, the folder's before the environment's.
  std::string of(std::initializer_list<const char*> names) const {
    for (const auto* name : names)
      if (auto text = in_folder(name); !text.empty()) return text;
    for (const auto* name : names)
      if (auto text = trimmed(settings_.variable(name)); !text.empty()) return text;
    return {};
  }

private:
  std::string in_folder(const char* name) const {
    if (folder_.empty() || !fs::exists(folder_ / name)) return {};
    return trimmed(file_content(folder_ / name, "the file of S3's settings"));
  }

  const s3_settings& settings_;
  fs::path folder_;
};

/// What may stand in a header of HTTP.
bool is_word(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_region(const std::string& text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string endpoint_in(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  if (text.empty()) return text;
  const auto host = text.find("://") + 3;
  const bool is_web = text.starts_with("https://") || text.starts_with("http://");
  if (is_web && host < text.size() && is_word(text) &&
      text.find_first_of("/?#@\\", host) == std::string::npos)
    return text;
  throw unusable{
      "the endpoint of S3 is none: write https://HOST:PORT and nothing more, in --s3-endpoint or "
      "AWS_ENDPOINT_URL"};
}

s3_signer signer_in(const values& given, const s3_settings& settings) {
  s3_signer signer;
  signer.access_key = given.of({"AWS_ACCESS_KEY_ID"});
  signer.secret_key = given.of({"AWS_SECRET_ACCESS_KEY"});
  signer.session_token = given.of({"AWS_SESSION_TOKEN"});
  signer.region = settings.region;
  if (signer.region.empty()) signer.region = given.of({"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (signer.region.empty()) signer.region = "us-east-1";
  if (signer.access_key.empty() || signer.secret_key.empty())
    throw unusable{
        "there are no credentials for S3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong into "
        "the Secret drey-s3 beside drey-operator, or into its environment; the role of a pod "
        "(AWS_ROLE_ARN) is not used"};
  if (!is_word(signer.access_key) || !is_word(signer.secret_key) || !is_word(signer.session_token))
    throw unusable{"the credentials for S3 hold characters that no key has"};
  if (!is_region(signer.region))
    throw unusable{"the region of S3 is none: write one such as eu-central-1 in AWS_REGION"};
  return signer;
}

}  // namespace

std::variant<s3_access, std::string> s3_access_of(const s3_settings& settings) {
  try {
    const values given{settings};
    s3_access access;
    access.addressing = settings.addressing;
    access.signer = signer_in(given, settings);
    access.endpoint = endpoint_in(settings.endpoint.empty()
                                      ? given.of({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"})
                                      : settings.endpoint);
    const auto authorities =
        settings.authorities.empty() ? fs::path{given.of({"AWS_CA_BUNDLE"})} : settings.authorities;
    if (!authorities.empty()) access.ca_pem = file_content(authorities, "S3's authorities in");
    return access;
  } catch (const unusable& wrong) {
    return wrong.why;
  } catch (const access_error& wrong) {
    return std::string{wrong.what()};
  } catch (const fs::filesystem_error& wrong) {
    return std::string{wrong.what()};
  }
}

}  // namespace drey
