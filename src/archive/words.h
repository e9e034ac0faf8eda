// Words of a search as people type it, as the query that the database understands. Whatever is typed, nothing of it can act
// as an operator.
#pragma once

#include <string>

#include <soci/soci.h>

#include "archive/database.h"

namespace vigil::archive {

// All words of `text`, at most 16, must occur, each as the beginning of a word. Words are runs of letters and digits of any
// script, where the database's own index says that they begin and end. Empty: there is none in it.
std::string word_query(soci::session& sql, Dialect dialect, const std::string& text);

}  // namespace vigil::archive
