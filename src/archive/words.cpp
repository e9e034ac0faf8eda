#include "archive/words.h"

#include <algorithm>
#include <format>
#include <utility>
#include <vector>

#include <soci/sqlite3/soci-sqlite3.h>

namespace vigil::archive {
namespace {

using soci::into;
using soci::use;

constexpr std::size_t kMostWords = 16;
constexpr const char* kTokenizer = "unicode61 remove_diacritics 0";  // of the schema's event_words

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::vector<std::string> ascii_words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size() && words.size() < kMostWords; ++i) {
    if (i < text.size() && is_letter_or_digit(text[i])) {
      word += text[i];
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

std::vector<std::string> any_words_of(const std::string& text) {
  soci::session memory(soci::sqlite3, ":memory:");
  memory << std::format(R"(CREATE VIRTUAL TABLE spoken USING fts5 (words, tokenize = "{}"))", kTokenizer);
  memory << "CREATE VIRTUAL TABLE heard USING fts5vocab (spoken, 'instance')";
  memory << "INSERT INTO spoken (words) VALUES (:text)", use(text);
  std::vector<std::string> words(kMostWords);
  memory << std::format("SELECT term FROM heard ORDER BY \"offset\" LIMIT {}", kMostWords), into(words);
  return words;
}

std::string of_sqlite(const std::string& text) {
  std::string query;
  for (const std::string& word : std::ranges::all_of(text, is_ascii) ? ascii_words_of(text) : any_words_of(text)) {
    query += (query.empty() ? "\"" : " \"") + word + "\"*";
  }
  return query;
}

std::string of_postgresql(soci::session& sql, const std::string& text) {
  std::string query;
  soci::indicator any = soci::i_null;
  sql << std::format(
      "SELECT string_agg(quote_literal(lexeme) || ':*', ' & ') FROM (SELECT lexeme FROM unnest(to_tsvector('simple', "
      "regexp_replace(lower(:text), '[^[:alnum:]]+', ' ', 'g'))) LIMIT {}) words",
      kMostWords),
      use(text), into(query, any);
  return any == soci::i_ok ? query : std::string();
}

}  // namespace

std::string word_query(soci::session& sql, Dialect dialect, const std::string& text) {
  return dialect == Dialect::kSqlite ? of_sqlite(text) : of_postgresql(sql, text);
}

}  // namespace vigil::archive
