#pragma once
/// What we add to WireMock's mappings, below `metadata.understudy`, and beside its folders.

namespace understudy::wiremock {

inline constexpr const char* kOurs = "understudy";
inline constexpr const char* kAbout = "recording.json";  ///< placeholders and who made it; WireMock does not read it
inline constexpr const char* kMappings = "mappings";
inline constexpr const char* kFiles = "__files";
inline constexpr const char* kStarted = "Started";  ///< the state in which every scenario begins

}  // namespace understudy::wiremock
