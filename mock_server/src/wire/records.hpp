#pragma once
/// Resources that are described by a table alone: domains, certificates, integrations, versions, SSH keys.
/// Source of names, shapes and defaults: the published API description; of what the client needs: endpoints.md.

#include <string>
#include <utility>
#include <vector>

#include "wire/resources.hpp"

namespace understudy::wire {

struct RecordKind {
  Fields<model::Record> fields{};
  std::vector<std::string> required{};  ///< when a client creates one
  std::vector<std::string> secrets{};   ///< fields that never come back
};
[[nodiscard]] const RecordKind& domain_kind();
[[nodiscard]] const RecordKind& certificate_kind();
[[nodiscard]] const RecordKind& version_kind();
[[nodiscard]] const RecordKind& ssh_key_kind();
/// Null if the platform knows no integration of this type.
[[nodiscard]] const RecordKind* integration_kind(std::string_view type);
[[nodiscard]] std::vector<std::string> integration_types();
/// Every field that some type of integration has: the keys of a world's `integrations:`.
[[nodiscard]] const Fields<model::Record>& integration_world_fields();

[[nodiscard]] json show_domain(const Viewer& viewer, const model::Project& project,
                               const model::Environment* environment, const model::Record& domain);
[[nodiscard]] json show_certificate(const Viewer& viewer, const model::Project& project,
                                    const model::Record& certificate);
[[nodiscard]] json show_version(const Viewer& viewer, const model::Environment& environment,
                                const model::Record& version);
[[nodiscard]] json show_integration(const Viewer& viewer, const model::Project& project,
                                    const model::Record& integration);
[[nodiscard]] json show_ssh_key(const model::Record& key);  ///< as /ssh_keys shows it

}  // namespace understudy::wire
