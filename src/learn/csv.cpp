#include "learn/csv.h"

#include <algorithm>
#include <format>

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  int line() const { return line_; }
  bool at_line_end() const { return at_end() || rest_.front() == '\n' || rest_.front() == '\r'; }
  bool at(char c) const { return !at_end() && rest_.front() == c; }

  // The next character; a CRLF pair comes as one '\n'.
  char take() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\r') {
      if (at('\n')) rest_.remove_prefix(1);
      c = '\n';
    }
    if (c == '\n') ++line_;
    return c;
  }

 private:
  std::string_view rest_;
  int line_ = 1;
};

// The quoted field that begins here. False when its closing quote never comes.
bool take_quoted(Cursor& cursor, std::string& field) {
  cursor.take();
  while (!cursor.at_end()) {
    const char c = cursor.take();
    if (c != '"') {
      field += c;
    } else if (cursor.at('"')) {
      field += cursor.take();
    } else {
      return true;
    }
  }
  return false;
}

// One field and the comma after it. False when a quote never ends.
bool take_field(Cursor& cursor, std::string& field) {
  while (cursor.at(' ') || cursor.at('\t')) cursor.take();
  const bool quoted = cursor.at('"');
  if (quoted && !take_quoted(cursor, field)) return false;
  std::string plain;
  while (!cursor.at_line_end() && !cursor.at(',')) plain += cursor.take();
  field += trimmed(plain);
  return true;
}

}  // namespace

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find_if(header, [&](const std::string& title) { return same_word(title, name); });
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

Result<CsvTable> parse_csv(std::string_view text, std::string_view origin) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  CsvTable table;
  Cursor cursor(text);
  while (!cursor.at_end()) {
    CsvRecord record{.line = cursor.line(), .fields = {}};
    for (;;) {
      if (!take_field(cursor, record.fields.emplace_back())) {
        return fail(ErrorCode::kUnreadable, std::format("{}:{}: a quote is never closed", origin, record.line));
      }
      if (!cursor.at(',')) break;
      cursor.take();
    }
    if (!cursor.at_end()) cursor.take();
    if (record.fields.size() == 1 && record.fields.front().empty()) continue;
    if (table.header.empty()) {
      table.header = std::move(record.fields);
    } else if (record.fields.size() != table.header.size()) {
      return fail(ErrorCode::kUnreadable, std::format("{}:{}: {} fields where the header has {}", origin, record.line,
                                                      record.fields.size(), table.header.size()));
    } else {
      table.records.push_back(std::move(record));
    }
  }
  if (table.header.empty())
    return fail(ErrorCode::kUnreadable, std::format("{}:1: is empty; the first line names the columns", origin));
  return table;
}

std::string csv_field(std::string_view value) {
  const bool plain = value.find_first_of(",\"\r\n") == std::string_view::npos && trimmed(value) == value;
  if (plain) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace vigil::learn
