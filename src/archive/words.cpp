#include "archive/words.h"

#include "core/check.h"

namespace vigil::archive {
namespace {

constexpr std::size_t kMostWords = 16;

bool is_part_of_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_part_of_word(text[i])) {
      word += text[i];
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
      if (words.size() == kMostWords) break;
    }
  }
  return words;
}

std::string word_query(const std::vector<std::string>& words, Dialect dialect) {
  VIGIL_CHECK(!words.empty(), "a search for words has one");
  std::string query;
  for (const std::string& word : words) {
    if (dialect == Dialect::kSqlite) {
      query += (query.empty() ? "\"" : " \"") + word + "\"*";
    } else {
      query += (query.empty() ? "'" : " & '") + word + "':*";
    }
  }
  return query;
}

}  // namespace vigil::archive
