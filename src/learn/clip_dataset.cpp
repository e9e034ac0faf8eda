#include "learn/clip_dataset.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <format>
#include <map>
#include <set>
#include <string_view>

#include "core/atomic_file.h"
#include "learn/csv.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::array<std::string_view, 4> kPositive = {"fight", "violence", "violent", "1"};
constexpr std::array<std::string_view, 6> kNegative = {"nofight", "nonfight", "nonviolence", "nonviolent", "normal", "0"};
constexpr std::array<std::string_view, 16> kVideoEndings = {".mp4", ".avi",  ".mkv", ".mov", ".webm", ".m4v",
                                                            ".mpg", ".mpeg", ".wmv", ".flv", ".ts",   ".m2ts",
                                                            ".264", ".h264", ".3gp", ".ogv"};

std::string lowered(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) out += static_cast<char>(std::tolower(c));
  return out;
}

std::string plain_word(std::string_view text) {
  std::string out = lowered(text);
  std::erase_if(out, [](char c) { return c == ' ' || c == '-' || c == '_'; });
  return out;
}

bool ends_like_a_video(const fs::path& path) {
  return std::ranges::find(kVideoEndings, lowered(path.extension().string())) != kVideoEndings.end();
}

std::string known_labels(const DatasetOptions& options) {
  return std::format("violent clips: {}, fight, violence, violent or 1; others: {}, noFight, nonviolence, normal or 0",
                     options.positive_class, options.negative_class);
}

// Entries of a directory that are not hidden, by name.
Result<std::vector<fs::path>> entries_of(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (!it->path().filename().string().starts_with('.')) entries.push_back(it->path());
  }
  if (error) return fail(ErrorCode::kIo, std::format("cannot list {}: {}", directory.string(), error.message()));
  std::ranges::sort(entries);
  return entries;
}

Result<std::vector<ClipItem>> read_class_folders(const fs::path& root, const fs::path& directory,
                                                 const DatasetOptions& options) {
  auto folders = entries_of(directory);
  if (!folders) return std::unexpected(folders.error());
  std::vector<ClipItem> items;
  for (const fs::path& folder : *folders) {
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) continue;
    const auto label = label_of(folder.filename().string(), options);
    if (!label) {
      return fail(ErrorCode::kUnreadable, std::format("{}: a folder whose name is no class known here ({})", folder.string(),
                                                      known_labels(options)));
    }
    auto files = entries_of(folder);
    if (!files) return std::unexpected(files.error());
    for (const fs::path& file : *files) {
      if (!ends_like_a_video(file) || !fs::is_regular_file(file, ignored)) continue;
      const std::string name = fs::relative(file, root).string();
      items.push_back({.path = file, .name = name, .label = *label, .group = name, .origin = {}});
    }
  }
  return items;
}

struct CsvColumns {
  std::size_t file;
  std::size_t label;
  std::optional<std::size_t> group;
};

Result<CsvColumns> find_columns(const CsvTable& table, const std::string& origin) {
  const auto file = table.column("file");
  const auto label = table.column("label");
  if (file && label) return CsvColumns{.file = *file, .label = *label, .group = table.column("group")};
  std::string seen;
  for (const std::string& title : table.header) seen += std::format("{}'{}'", seen.empty() ? "" : ", ", title);
  return fail(ErrorCode::kUnreadable,
              std::format("{}:1: the columns file and label are needed (group is optional); it has {}", origin, seen));
}

Result<std::vector<ClipItem>> read_csv_items(const fs::path& csv, const DatasetOptions& options) {
  const auto text = core::read_file(csv);
  if (!text) return std::unexpected(text.error());
  const auto table = parse_csv(*text, csv.string());
  if (!table) return std::unexpected(table.error());
  const auto columns = find_columns(*table, csv.string());
  if (!columns) return std::unexpected(columns.error());

  std::vector<ClipItem> items;
  std::map<std::string, int> first_line;
  for (const CsvRecord& record : table->records) {
    const auto wrong = [&](std::string_view what) {
      return fail(ErrorCode::kUnreadable, std::format("{}:{}: {}", csv.string(), record.line, what));
    };
    const std::string& name = record.fields[columns->file];
    const std::string& word = record.fields[columns->label];
    const auto label = label_of(word, options);
    if (!label) return wrong(std::format("the label '{}' is not known here ({})", word, known_labels(options)));
    const fs::path path = csv.parent_path() / name;
    std::error_code ignored;
    if (name.empty() || !fs::is_regular_file(path, ignored))
      return wrong(std::format("there is no file '{}'", path.string()));
    if (const auto [at, is_new] = first_line.emplace(name, record.line); !is_new) {
      return wrong(std::format("'{}' is listed twice, first in line {}", name, at->second));
    }
    const std::string group = columns->group ? record.fields[*columns->group] : std::string();
    items.push_back({.path = path,
                     .name = name,
                     .label = *label,
                     .group = group.empty() ? name : group,
                     .origin = std::format("{}:{}", csv.filename().string(), record.line)});
  }
  return items;
}

// "Train", "validation", "val" … → 0, 1, 2; nothing for other names.
std::optional<std::size_t> part_of(const fs::path& folder) {
  static const std::map<std::string, std::size_t> kParts = {{"train", 0}, {"training", 0}, {"validation", 1},
                                                            {"val", 1},   {"valid", 1},    {"test", 2}};
  const auto found = kParts.find(lowered(folder.filename().string()));
  if (found == kParts.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<DatasetSplit>> read_split(const fs::path& root, const DatasetOptions& options) {
  auto folders = entries_of(root);
  if (!folders) return std::unexpected(folders.error());
  std::array<std::vector<ClipItem>, 3> parts;
  bool found = false;
  for (const fs::path& folder : *folders) {
    const auto part = part_of(folder);
    std::error_code ignored;
    if (!part || !fs::is_directory(folder, ignored)) continue;
    auto items = read_class_folders(root, folder, options);
    if (!items) return std::unexpected(items.error());
    found = true;
    std::ranges::move(*items, std::back_inserter(parts[*part]));
  }
  if (!found) return std::nullopt;
  return DatasetSplit{.train = ClipSet(std::move(parts[0])),
                      .validation = ClipSet(std::move(parts[1])),
                      .test = ClipSet(std::move(parts[2]))};
}

Result<ClipDataset> open_folder(const fs::path& root, const DatasetOptions& options) {
  auto split = read_split(root, options);
  if (!split) return std::unexpected(split.error());
  if (*split) {
    ClipSet all = concatenate(concatenate((*split)->train, (*split)->validation), (*split)->test);
    return ClipDataset{.root = root, .all = std::move(all), .split = std::move(*split)};
  }
  auto items = read_class_folders(root, root, options);
  if (!items) return std::unexpected(items.error());
  return ClipDataset{.root = root, .all = ClipSet(*std::move(items)), .split = std::nullopt};
}

Result<ClipDataset> open_csv(const fs::path& csv, const DatasetOptions& options) {
  auto items = read_csv_items(csv, options);
  if (!items) return std::unexpected(items.error());
  return ClipDataset{.root = csv.parent_path(), .all = ClipSet(*std::move(items)), .split = std::nullopt};
}

Result<ClipDataset> open_any(const fs::path& path, const DatasetOptions& options) {
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    return fail(ErrorCode::kNotFound, std::format("no such folder of clips: {}", path.string()));
  if (!fs::is_directory(path, ignored)) return open_csv(path, options);
  if (fs::exists(path / "clips.csv", ignored)) return open_csv(path / "clips.csv", options);
  return open_folder(path, options);
}

}  // namespace

std::optional<int> label_of(const std::string& word, const DatasetOptions& options) {
  const std::string plain = plain_word(word);
  if (plain == plain_word(options.positive_class) || std::ranges::find(kPositive, plain) != kPositive.end()) return 1;
  if (plain == plain_word(options.negative_class) || std::ranges::find(kNegative, plain) != kNegative.end()) return 0;
  return std::nullopt;
}

Result<ClipDataset> open_dataset(const fs::path& path, const DatasetOptions& options) {
  auto dataset = open_any(path, options);
  if (dataset && dataset->all.empty()) {
    return fail(ErrorCode::kUnreadable, std::format("{}: holds no clips; it needs a clips.csv, or one folder per class ({})",
                                                    path.string(), known_labels(options)));
  }
  return dataset;
}

}  // namespace vigil::learn
