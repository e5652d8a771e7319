/// Exchanges with the real servers, as `make lab-test` recorded them (tests/gateways/recorded).
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "protocol/http_message.hpp"

namespace drey::testing {

struct recorded_exchange {
  std::string name;    ///< of the file, without ".json"
  std::string server;  ///< "flink-1.20"
  std::string about;
  http_request request;
  http_response response;
};

inline recorded_exchange read_exchange(const std::filesystem::path& file) {
  std::ifstream in{file};
  const auto json = nlohmann::json::parse(in);
  const auto& asked = json.at("request");
  const auto& answered = json.at("response");
  recorded_exchange out;
  out.name = file.stem().string();
  out.server = json.at("server");
  out.about = json.at("about");
  out.request.method = asked.at("method");
  out.request.path = asked.at("path");
  out.request.content_type = asked.at("headers").value("Content-Type", "");
  if (asked.at("body").is_string()) out.request.body = asked.at("body");
  if (asked.at("body").is_object()) out.request.upload = "/recorded.jar";
  out.response.status = answered.at("status");
  out.response.body = answered.at("body");
  const auto wait = answered.at("headers").value("retry-after", "0");
  out.response.retry_after = seconds{std::stol(wait)};
  return out;
}

/// Every exchange whose server's name begins with `servers` ("flink-"), in order of file names.
inline std::vector<recorded_exchange> recorded_exchanges(const std::string& servers) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = DREY_SOURCE_DIR "/tests/gateways/recorded";
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    const auto group = entry.path().parent_path().filename().string();
    if (entry.path().extension() == ".json" && group.starts_with(servers))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<recorded_exchange> all;
  for (const auto& file : files) all.push_back(read_exchange(file));
  return all;
}

}  // namespace drey::testing
