// CSV as people write it: a header line, then records, each with the line it began on, so that messages can name it.
//
//   auto table = parse_csv(text, "clips.csv");
//   auto file = table->column("file");
//   for (const CsvRecord& record : table->records) use(record.fields[*file], record.line);
//
// RFC 4180 and its common variants: fields in double quotes may hold commas, doubled quotes and line ends; LF, CRLF or CR; a
// UTF-8 byte order mark; blank lines are skipped; spaces around unquoted fields are dropped. Free of torch.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace vigil::learn {

struct CsvRecord {
  int line = 0;  // in the file, counted from 1
  std::vector<std::string> fields;
};

struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRecord> records;  // each with as many fields as the header

  // Where the column of that name stands; letter case does not count.
  std::optional<std::size_t> column(std::string_view name) const;
};

// Errors: kUnreadable (no header, a quote that never ends, a record with another number of fields), as "origin:line: …".
core::Result<CsvTable> parse_csv(std::string_view text, std::string_view origin);

// A value as a field of a CSV file: in quotes where it needs them.
std::string csv_field(std::string_view value);

}  // namespace vigil::learn
