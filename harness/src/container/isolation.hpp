#pragma once
/// How a container comes about: by bubblewrap with namespaces of its own, or as plain processes where that is not
/// possible.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "container/app_folders.hpp"
#include "process/handles.hpp"

namespace understudy {

/// "" if bubblewrap works here, else why not. Looks once in the life of the process.
[[nodiscard]] const std::string& why_no_namespaces();

/// What is the same for all containers of a runner, on this machine.
struct OurFiles {
  std::filesystem::path program{};   ///< the one of shims
  std::filesystem::path bin{};       ///< tools and shims
  std::filesystem::path client{};    ///< the real one; "" = none
  std::filesystem::path unpacked{};  ///< what it keeps unpacked
  std::filesystem::path config{};    ///< its configuration
};
struct Box {
  OurFiles ours{};
  AppView app{};
  std::filesystem::path job{};  ///< folder with the socket and stand-ins
  bool isolated = true;
};

/// Where things are, as the programs in the container name them.
struct ContainerPlaces {
  std::string app{};
  std::string tmp{};
  std::string cache{};
  std::string path{};  ///< PATH
  OurFiles ours{};
  std::string socket{};  ///< "" = where shims look by themselves
};
[[nodiscard]] ContainerPlaces places_in(const Box& box);

/// The command that starts the container's keeper.
[[nodiscard]] std::vector<std::string> keeper_command(const Box& box);

/// "" if the programs of a container that is started by `keeper` can be watched by a filter (see ExecWatch).
[[nodiscard]] std::string why_not_watched(const std::vector<std::string>& keeper);

/// Starts a program in a session of its own, without input, both outputs to `output`; it inherits nothing else.
/// `exec_watch` is given to install_exec_filter, unless it is -1. Throws std::system_error.
[[nodiscard]] pid_t start_program(const std::vector<std::string>& argv, const std::map<std::string, std::string>& env,
                                  const Handle& output, int exec_watch = -1);

}  // namespace understudy
