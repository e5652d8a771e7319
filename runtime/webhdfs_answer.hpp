/// What WebHDFS answers: pages of a folder, the status of one file, and why it refuses. Source:
/// Apache Hadoop, "WebHDFS REST API".
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocol/http_message.hpp"

namespace drey {

struct webhdfs_file {
  std::string name;  ///< empty: what was asked for is a file itself
  bool is_folder = false;
  std::int64_t bytes = 0;
  std::int64_t modified = 0;  ///< epoch milliseconds
};

struct webhdfs_page {
  std::vector<webhdfs_file> files;
  bool more = false;  ///< after the last of `files`
};

/// Of LISTSTATUS_BATCH or LISTSTATUS. Else what is wrong with it: nothing of a page that is not
/// whole counts.
std::variant<webhdfs_page, std::string> webhdfs_page_of(const std::string& json);

/// Of GETFILESTATUS.
std::variant<webhdfs_file, std::string> webhdfs_status_of(const std::string& json);

enum class webhdfs_failure {
  absent,        ///< HDFS itself says that there is no such file
  standby,       ///< another NameNode is active
  unknown_call,  ///< an older HDFS
  other
};

struct webhdfs_refusal {
  webhdfs_failure kind = webhdfs_failure::other;
  /// `forbidden` or `unavailable`, with the remedy. HDFS's own text is not told: it may repeat
  /// parts of the request.
  refusal why;
};

/// Of an answer that is no success.
webhdfs_refusal refusal_of_webhdfs(const http_response& answer);

}  // namespace drey
