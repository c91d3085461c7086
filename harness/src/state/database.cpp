#include "state/database.hpp"

namespace understudy {
namespace {

// A process that was killed just now may hold its locks for a moment.
constexpr int kBusyMilliseconds = 1000;

}  // namespace

Statement::Statement(Database& database, const std::string& sql)
    : database_{&database}, statement_{nullptr, sqlite3_finalize} {
  sqlite3_stmt* made = nullptr;
  check(sqlite3_prepare_v2(database.handle(), sql.c_str(), static_cast<int>(sql.size()), &made, nullptr));
  statement_.reset(made);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) database_->fail(result);
}

Statement& Statement::bind(int at, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), at, value));
  return *this;
}

Statement& Statement::bind(int at, std::string_view bytes) {
  // A null pointer would be NULL.
  check(sqlite3_bind_blob64(statement_.get(), at, bytes.empty() ? "" : bytes.data(), bytes.size(), nullptr));
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  sqlite3_reset(statement_.get());
  if (result != SQLITE_DONE) database_->fail(result);
  return false;
}

void Statement::run() {
  while (step()) continue;
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data == nullptr ? std::string{} : std::string{static_cast<const char*>(data), size};
}

Database::Database(const std::filesystem::path& file) : handle_{nullptr, sqlite3_close} {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(opened);
  if (result != SQLITE_OK) fail(result);
  sqlite3_busy_timeout(opened, kBusyMilliseconds);
}

void Database::fail(int code) const {
  throw DatabaseError{code, handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_.get())};
}

void Database::run(const std::string& sql) {
  const int result = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(result);
}

std::int64_t Database::number(const std::string& sql) {
  Statement statement{*this, sql};
  return statement.step() ? statement.number(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement statement{*this, sql};
  return statement.step() ? statement.bytes(0) : "";
}

void Database::close() {
  const int result = sqlite3_close(handle_.get());
  if (result != SQLITE_OK) fail(result);
  (void)handle_.release();
}

Transaction::~Transaction() {
  if (sqlite3_get_autocommit(database_.handle()) == 0)
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() { database_.run("COMMIT"); }

}  // namespace understudy
