/// Reads kubeconfig files: clusters, users and contexts, merged over several files as kubectl does.
/// Source: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/cluster_access.hpp"

namespace drey {

/// `context` empty: the current one. Client certificates, tokens and token files are understood;
/// plugins that run a program (`exec`, `auth-provider`) are not. Throws access_error, which names
/// the file and the field.
cluster_access kubeconfig_access(const std::vector<std::filesystem::path>& files,
                                 const std::string& context = {});

/// A file's whole content, at most 4 MiB. Throws access_error with `purpose` in its message.
std::string file_content(const std::filesystem::path& file, const std::string& purpose);

}  // namespace drey
