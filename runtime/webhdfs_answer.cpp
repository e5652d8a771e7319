#include "runtime/webhdfs_answer.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "protocol/json_reader.hpp"

namespace drey {

namespace {

/// False: a file's status that cannot be believed.
bool read_file(json_reader& json, webhdfs_file& file) {
  std::string type;
  const bool whole = json.read("pathSuffix", file.name) && json.read("type", type) &&
                     json.read("length", file.bytes) &&
                     json.read("modificationTime", file.modified);
  file.is_folder = type == "DIRECTORY";
  return whole && (file.is_folder || type == "FILE" || type == "SYMLINK") && file.bytes >= 0 &&
         file.modified >= 0 && file.name.find('/') == std::string::npos && file.name != "." &&
         file.name != "..";
}

struct page_reader {
  webhdfs_page page;
  bool listed = false;
  bool whole = true;

  void read(json_reader& parent) {
    parent.object("FileStatuses", [&](json_reader& all) {
      listed = all.each("FileStatus", [&](json_reader& one) {
        whole &= read_file(one, page.files.emplace_back());
      });
    });
  }
};

/// A Java class without its package: a word of few characters, whatever the server sends.
std::string exception_in(const std::string& body) {
  constexpr std::size_t chars_max = 100;
  std::string name;
  field_errors errors;
  read_json_object(body, errors, [&](json_reader& json) {
    json.object("RemoteException", [&](json_reader& one) { one.read("exception", name); });
  });
  const bool is_word = name.size() <= chars_max && std::ranges::all_of(name, [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '$' || c == '_';
                       });
  return is_word ? name : std::string{};
}

struct exception_row {
  std::string_view name;
  webhdfs_failure kind;
  refusal_reason reason;
  std::string_view remedy;
};

using enum refusal_reason;
constexpr auto exceptions = std::to_array<exception_row>({
    {"FileNotFoundException", webhdfs_failure::absent, unavailable, "there is no such file"},
    {"StandbyException", webhdfs_failure::standby, unavailable,
     "the NameNode stands by: name the other one, too, in --webhdfs-address"},
    {"AccessControlException", webhdfs_failure::other, forbidden,
     "the user is not allowed to: it needs r-x on the folders and r on _metadata; set it with "
     "--webhdfs-user"},
    {"InvalidToken", webhdfs_failure::other, forbidden,
     "the delegation token is over, or of another HDFS: renew the file of --webhdfs-token-file"},
    {"SecurityException", webhdfs_failure::other, forbidden,
     "HDFS does not take the user: set --webhdfs-user, or --webhdfs-token-file where HDFS has "
     "security"},
    {"RetriableException", webhdfs_failure::other, unavailable, "the NameNode is still starting"},
    {"IllegalArgumentException", webhdfs_failure::unknown_call, unavailable,
     "HDFS does not know the call"},
    {"UnsupportedOperationException", webhdfs_failure::unknown_call, unavailable,
     "HDFS does not know the call"},
});

/// Of somebody else, or of the web server in front of WebHDFS.
std::string without_exception(int status) {
  if (status == 401)
    return "HDFS wants Kerberos (SPNEGO), which drey-operator does not speak: give it a delegation "
           "token with --webhdfs-token-file";
  return "the answer is not one of WebHDFS: is --webhdfs-address right, and dfs.webhdfs.enabled?";
}

}  // namespace

std::variant<webhdfs_page, std::string> webhdfs_page_of(const std::string& json) {
  page_reader found;
  std::int64_t left = 0;
  bool counted = false;
  bool batch = false;
  field_errors errors;
  const bool read = read_json_object(json, errors, [&](json_reader& root) {
    batch = root.object("DirectoryListing", [&](json_reader& listing) {
      counted = listing.read("remainingEntries", left);
      listing.object("partialListing", [&](json_reader& part) { found.read(part); });
    });
    if (!batch) found.read(root);
  });
  if (!read || !found.listed) return std::string{"it is no listing, or not whole"};
  if (batch && (!counted || left < 0)) return std::string{"it does not say whether more follows"};
  if (!found.whole || !errors.empty())
    return std::string{"it has a file without name, kind, size or time"};
  if (left > 0 && found.page.files.empty())
    return std::string{"more follows, and it does not say what"};
  found.page.more = left > 0;
  return std::move(found.page);
}

std::variant<webhdfs_file, std::string> webhdfs_status_of(const std::string& json) {
  webhdfs_file file;
  bool whole = false;
  field_errors errors;
  read_json_object(json, errors, [&](json_reader& root) {
    root.object("FileStatus", [&](json_reader& one) { whole = read_file(one, file); });
  });
  if (!whole || !errors.empty()) return std::string{"it is no file's status"};
  return file;
}

webhdfs_refusal refusal_of_webhdfs(const http_response& answer) {
  const auto name = exception_in(answer.body);
  auto told = "HTTP " + std::to_string(answer.status);
  if (!name.empty()) told += " " + name;
  const auto row = std::ranges::find(exceptions, name, &exception_row::name);
  if (row != exceptions.end())
    return {row->kind, {row->reason, told + ": " + std::string(row->remedy), answer.retry_after}};
  const bool unknown = name.empty() && answer.status < 500;
  if (unknown) told += ": " + without_exception(answer.status);
  const bool barred = answer.status == 401 || answer.status == 403;
  return {webhdfs_failure::other, {barred ? forbidden : unavailable, told, answer.retry_after}};
}

}  // namespace drey
