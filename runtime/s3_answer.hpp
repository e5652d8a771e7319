/// What an S3 store answers: pages of a listing, and why it refuses.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocol/http_message.hpp"

namespace drey {

struct s3_object {
  std::string key;
  std::int64_t modified = 0;  ///< epoch milliseconds
  std::int64_t bytes = 0;
};

/// One page of ListObjectsV2 with a delimiter.
struct s3_page {
  std::vector<s3_object> objects;
  std::vector<std::string> folders;  ///< each ends with '/'
  std::string next;                  ///< token of the next page; empty: this is the last
};

/// Else what is wrong with it: nothing of a page that is not whole counts.
std::variant<s3_page, std::string> s3_page_of(const std::string& xml);

/// "2026-11-26T17:34:39.000Z" in epoch milliseconds; -1: it is none.
std::int64_t epoch_of_s3_time(const std::string& text);

/// Of a status that is no success, where a server of files gave it.
refusal_reason reason_of_status(int status);

/// Of an answer that is no success, with the remedy. Nothing of the store's own text is told but
/// its code and a region or host: the text may repeat parts of the request.
refusal refusal_of_s3(const http_response& answer, const std::string& bucket);

}  // namespace drey
