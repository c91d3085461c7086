#pragma once
/// SQLite behind a few verbs; the only folder that knows the library.

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace understudy {

class DatabaseError : public std::runtime_error {
public:
  DatabaseError(int code, const std::string& what) : std::runtime_error{what}, code_{code & 0xff} {}
  [[nodiscard]] int code() const { return code_; }  ///< SQLITE_BUSY, SQLITE_CORRUPT ...

private:
  int code_;
};

class Database;

/// A prepared statement. Texts are bound as blobs: they are bytes.
class Statement {
public:
  Statement(Database& database, const std::string& sql);

  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, std::string_view bytes);  ///< must live until it has run
  bool step();                                      ///< false: no row (any more); ready for another run then
  void run();                                       ///< of what gives no rows
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string bytes(int column) const;

private:
  void check(int result) const;

  Database* database_;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
};

/// A connection to a file that exists. All members throw DatabaseError.
class Database {
public:
  explicit Database(const std::filesystem::path& file);

  void run(const std::string& sql);  ///< any number of statements without results
  [[nodiscard]] std::int64_t number(const std::string& sql);
  [[nodiscard]] std::string text(const std::string& sql);
  void close();  ///< the write-ahead log goes into the file
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[noreturn]] void fail(int code) const;

private:
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_;
};

/// Rolled back unless it was committed.
class Transaction {
public:
  explicit Transaction(Database& database) : database_{database} { database_.run("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

private:
  Database& database_;
};

}  // namespace understudy
