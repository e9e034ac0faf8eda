// Words of a search as people type it, and the query that the database understands. Whatever is typed, nothing of it can act
// as an operator.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "archive/database.h"

namespace vigil::archive {

// Runs of letters and digits; what is not ASCII counts as a letter. At most 16.
std::vector<std::string> words_of(std::string_view text);

// All of them must occur, each as the beginning of a word. Requires at least one, as words_of() gives them.
std::string word_query(const std::vector<std::string>& words, Dialect dialect);

}  // namespace vigil::archive
