#include "model/git.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace understudy::model {
namespace {

std::string binary(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return bytes;
}

/// Git sorts a folder as if its name ended in a slash.
std::string sort_key(const TreeEntry& entry) { return entry.is_tree ? entry.path + "/" : entry.path; }

}  // namespace

std::string git_hash(std::string_view type, std::string_view content) {
  const std::string header = std::string{type} + " " + std::to_string(content.size()) + '\0';
  const std::string whole = header + std::string{content};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(whole.data(), whole.size(), digest.data(), &size, EVP_sha1(), nullptr);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 15U];
  }
  return hex;
}

std::string add_tree(Repository& repository, const Files& files) {
  std::vector<TreeEntry> entries;
  std::map<std::string, Files> folders;
  for (const auto& [path, content] : files) {
    const std::size_t slash = path.find('/');
    if (slash != std::string::npos) {
      folders[path.substr(0, slash)][path.substr(slash + 1)] = content;
      continue;
    }
    const bool executable = path.ends_with('*');
    const std::string sha = git_hash("blob", content);
    repository.blobs[sha] = content;
    entries.push_back({executable ? path.substr(0, path.size() - 1) : path, executable ? "100755" : "100644", sha});
  }
  for (const auto& [name, inside] : folders) entries.push_back({name, "040000", add_tree(repository, inside), true});
  return add_tree_of(repository, std::move(entries));
}

std::string add_tree_of(Repository& repository, std::vector<TreeEntry> entries) {
  std::ranges::sort(entries, {}, sort_key);
  std::string content;
  for (const TreeEntry& entry : entries) {
    const std::string_view mode{entry.mode};
    content += std::string{mode.substr(mode.find_first_not_of('0'))} + " " + entry.path + '\0' + binary(entry.sha);
  }
  const std::string sha = git_hash("tree", content);
  repository.trees[sha] = std::move(entries);
  return sha;
}

Files files_of(const Repository& repository, const std::string& tree) {
  Files files;
  const auto found = repository.trees.find(tree);
  if (found == repository.trees.end()) return files;
  for (const TreeEntry& entry : found->second) {
    if (entry.is_tree) {
      for (auto& [path, content] : files_of(repository, entry.sha)) files[entry.path + "/" + path] = content;
    } else {
      files[entry.path + (entry.mode == "100755" ? "*" : "")] = repository.blobs.at(entry.sha);
    }
  }
  return files;
}

std::string add_commit(Repository& repository, const Commit& commit) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(commit.date.time_since_epoch()).count();
  const std::string who = commit.author + " <" + commit.email + "> " + std::to_string(seconds) + " +0000\n";
  std::string content = "tree " + commit.tree + "\n";
  for (const std::string& parent : commit.parents) content += "parent " + parent + "\n";
  content += "author " + who + "committer " + who + "\n" + commit.message + "\n";
  const std::string sha = git_hash("commit", content);
  repository.commits[sha] = commit;
  return sha;
}

const Files& default_files() {
  static const Files kFiles{
      {".platform.app.yaml", "name: app\ntype: 'php:8.2'\ndisk: 2048\n"},
      {".platform/routes.yaml", "'https://{default}/':\n    type: upstream\n    upstream: 'app:http'\n"},
      {".platform/services.yaml", "db:\n    type: 'mariadb:10.6'\n    disk: 1024\n"},
      {"README.md", "# Demo\n"},
      {"web/index.php", "<?php\necho 'Hello';\n"},
  };
  return kFiles;
}

}  // namespace understudy::model
