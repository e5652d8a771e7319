/// Small steps in a PodSpec's JSON that fit whatever a user wrote there: what is of the wrong kind
/// counts as absent.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace drey {

/// Empty: absent or no text.
std::string text_in(const nlohmann::json& object, const char* key);
/// The object at `key`; empty: absent.
nlohmann::json object_in(const nlohmann::json& object, const char* key);
/// The list at `key`, made where there is none.
nlohmann::json& list_at(nlohmann::json& object, const char* key);
/// The item of that name in a list, appended when it is missing.
nlohmann::json& named(nlohmann::json& list, const std::string& name);

}  // namespace drey
