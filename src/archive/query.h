// Query: a statement that is put together from conditions, each with its values; values never become part of the text.
//
//   Query query("SELECT id, name FROM events e");
//   query.where("e.kind = :kind", kind);
//   query.where("e.score >= :score", 0.5);
//   query.then("ORDER BY e.begin_us DESC LIMIT :count", 50);
//   for (query.run(sql, into(id), into(name)); query.fetch();) use(id, name);
//
// Names of placeholders are for the reader; values are bound in the order in which they were given. Belongs to one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <soci/soci.h>

namespace vigil::archive {

class Query {
 public:
  template <typename... Values>
  explicit Query(std::string_view begin, Values... values) {
    append(begin, std::move(values)...);
  }

  template <typename... Values>
  void where(std::string_view condition, Values... values) {
    text_ += has_condition_ ? " AND " : " WHERE ";
    has_condition_ = true;
    append(condition, std::move(values)...);
  }

  template <typename... Values>
  void then(std::string_view part, Values... values) {
    text_ += ' ';
    append(part, std::move(values)...);
  }

  // Another statement, with its values, as a part of this one.
  void then(Query part) {
    text_ += ' ' + part.text_;
    values_.insert(values_.end(), std::make_move_iterator(part.values_.begin()),
                   std::make_move_iterator(part.values_.end()));
  }

  // Prepares and executes. `into`s are filled by each fetch().
  template <typename... Intos>
  void run(soci::session& sql, Intos... intos) {
    prepare(sql, std::move(intos)...);
    statement_->execute(/*withDataExchange=*/false);
  }

  // For statements that give no rows: executes, and gives how many rows it changed.
  std::int64_t change(soci::session& sql) {
    prepare(sql);
    statement_->execute(/*withDataExchange=*/true);
    return statement_->get_affected_rows();
  }

  bool fetch() { return statement_->fetch(); }

 private:
  using Value = std::variant<long long, double, std::string>;

  template <typename... Intos>
  void prepare(soci::session& sql, Intos... intos) {
    statement_.emplace(sql);
    (statement_->exchange(std::move(intos)), ...);
    for (Value& value : values_) {
      std::visit([&](auto& held) { statement_->exchange(soci::use(held)); }, value);
    }
    statement_->alloc();
    statement_->prepare(numbered());
    statement_->define_and_bind();
  }

  // The text, with names of placeholders that occur once: SQLite takes those of one name for one.
  std::string numbered() const;

  template <typename... Values>
  void append(std::string_view part, Values... values) {
    text_ += part;
    (values_.push_back(held(std::move(values))), ...);
  }

  static Value held(std::int64_t value) { return static_cast<long long>(value); }
  static Value held(int value) { return static_cast<long long>(value); }
  static Value held(double value) { return value; }
  static Value held(std::string value) { return value; }

  std::string text_;
  bool has_condition_ = false;
  std::deque<Value> values_;  // whose addresses stay
  std::optional<soci::statement> statement_;
};

}  // namespace vigil::archive
