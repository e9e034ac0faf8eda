#include "pipeline/analysis_index.h"

#include <algorithm>
#include <format>

#include "report/report_page.h"
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "pipeline/analysis_files.h"

namespace vigil::pipeline {
namespace {

using Json = nlohmann::ordered_json;

const PictureEvidence* picture_of(const AnalysisRecord& record) {
  for (const EventRecord& event : record.events) {
    if (event.poster) return &*event.poster;
  }
  return record.strip.empty() ? nullptr : &record.strip[record.strip.size() / 2];
}

Json row_json(const IndexRow& row) {
  if (row.record == nullptr) return {{"input", row.input}, {"error", row.error}};
  const AnalysisRecord& record = *row.record;
  const PictureEvidence* picture = picture_of(record);
  return {{"input", row.input},
          {"title", record.title},
          {"folder", row.folder},
          {"report", row.folder + "/" + AnalysisFiles::kReport},
          {"picture", picture != nullptr ? Json(row.folder + "/" + picture->file) : Json()},
          {"headline", headline(record)},
          {"complete", record.complete},
          {"events", record.events.size()},
          {"violent", std::ranges::count(record.events, std::string_view(core::kViolence),
                                         [](const EventRecord& event) { return std::string_view(event.event.kind); })},
          {"highest", record.highest ? Json(record.highest->score) : Json()},
          {"duration_s", video_length(record).seconds()}};
}

std::string title_of(const std::vector<IndexRow>& rows) {
  const auto analysed = std::ranges::count_if(rows, [](const IndexRow& row) { return row.record != nullptr; });
  return std::format("{} of {} videos analysed", analysed, rows.size());
}

}  // namespace

core::Status write_index(const std::filesystem::path& folder, const std::vector<IndexRow>& rows) {
  Json json{{"schema", "vigil.index"}, {"version", 1}, {"videos", Json::array()}};
  for (const IndexRow& row : rows) json["videos"].push_back(row_json(row));
  const std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
  if (auto written = core::write_file_atomically(folder / "index.json", text + "\n"); !written) return written;
  return core::write_file_atomically(folder / "index.html",
                                     report::render_report(report::ReportKind::kIndex, title_of(rows), text));
}

}  // namespace vigil::pipeline
