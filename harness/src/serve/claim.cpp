#include "serve/claim.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "harness/report.hpp"
#include "mock_server/document.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path place_in(const fs::path& folder) { return folder / ".understudy/serve"; }
fs::path lock_file(const fs::path& place) { return place / "lock"; }
fs::path note_file(const fs::path& place) { return place / "server.json"; }

std::optional<ServerNote> read_note(const fs::path& place) {
  std::ifstream in{note_file(place), std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const json note = json::parse(text, nullptr, false);
  if (!note.is_object()) return std::nullopt;
  return ServerNote{.url = note.at("url"),
                    .console_url = note.at("console_url"),
                    .control_token = note.at("control_token"),
                    .pid = note.at("pid"),
                    .home = note.at("home"),
                    .bin = note.at("bin"),
                    .env = note.at("env"),
                    .own_prefixes = note.at("own_prefixes"),
                    .no_interaction = note.at("no_interaction")};
}

bool is_locked(int descriptor) { return ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; }

}  // namespace

Claim::Claim(const fs::path& folder) : place_{place_in(folder)} {
  std::error_code error;
  fs::create_directories(place_, error);
  if (!error) fs::permissions(place_, fs::perms::owner_all, error);
  lock_ = Handle{::open(lock_file(place_).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (error || lock_.get() < 0)
    throw std::runtime_error{fmt::format("cannot write in {}: {}", place_.string(),
                                         error ? error.message() : std::generic_category().message(errno))};
  if (is_locked(lock_.get())) {
    const std::optional<ServerNote> other = read_note(place_);
    const std::string where = other ? fmt::format("{} (process {})", other->url, other->pid) : "its start";
    throw InputError{
        {"serve", 0, 0}, "a server of this folder runs already, at " + where, "understudy serve --stop ends it"};
  }
  fs::remove(note_file(place_), error);  // of one that was killed
}

Claim::~Claim() {
  std::error_code missing;
  fs::remove(note_file(place_), missing);
}

void Claim::write(const ServerNote& note) const {
  const json text{{"url", note.url},
                  {"console_url", note.console_url},
                  {"control_token", note.control_token},
                  {"pid", note.pid},
                  {"home", note.home},
                  {"bin", note.bin},
                  {"env", note.env},
                  {"own_prefixes", note.own_prefixes},
                  {"no_interaction", note.no_interaction}};
  write_file_atomically(note_file(place_), text.dump(2) + "\n");
}

std::optional<ServerNote> running_server(const fs::path& folder) {
  const fs::path place = place_in(folder);
  const Handle lock{::open(lock_file(place).c_str(), O_RDWR | O_CLOEXEC)};
  if (lock.get() < 0 || !is_locked(lock.get())) return std::nullopt;
  return read_note(place);
}

}  // namespace understudy
