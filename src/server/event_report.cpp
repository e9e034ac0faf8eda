#include "server/event_report.h"

#include <algorithm>
#include <format>

#include "report/report_page.h"
#include <drogon/utils/Utilities.h>

#include "archive/event_store.h"
#include "core/atomic_file.h"
#include "server/problem.h"
#include "server/response.h"

namespace vigil::server {
namespace {

constexpr std::uint64_t kLargestInPage = 64 << 20;  // bytes of one file

void replace_all(std::string& text, const std::string& old, const std::string& with) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + with.size())) {
    text.replace(at, old.size(), with);
  }
}

std::string read(archive::BlobStore& files, const std::string& key, const std::string& what) {
  const auto path = files.local_path(key);
  const auto bytes = path ? core::read_file(*path) : std::unexpected(path.error());
  if (!bytes) nothing_here(what);
  return *bytes;
}

// The figures that a page of web/report was made of; null: it is none.
Json figures_in(const std::string& page) {
  constexpr std::string_view kBefore = "<script type=\"application/json\" id=\"report-data\">";
  const std::size_t begin = page.find(kBefore);
  if (begin == std::string::npos) return nullptr;
  const std::size_t from = begin + kBefore.size();
  return Json::parse(page.substr(from, page.find("</script>", from) - from), nullptr, /*allow_exceptions=*/false);
}

bool is_dismissed(const archive::StoredEvent& event, std::int64_t track) {
  return std::ranges::any_of(event.people,
                             [&](const archive::StoredPerson& one) { return one.dismissed && one.track_id == track; });
}

// Who is not involved stays in the picture, as anybody else there. docs/events-json.md says what `boxes` is.
void calm(Json& boxes, const archive::StoredEvent& event) {
  constexpr std::size_t kId = 0, kScore = 5, kViolent = 6;
  for (Json& frame : boxes) {
    if (!frame.is_array() || frame.size() < 2) continue;
    for (Json& person : frame[1]) {
      if (!person.is_array() || person.size() <= kViolent || !person[kId].is_number_integer()) continue;
      if (!is_dismissed(event, person[kId])) continue;
      person[kScore] = nullptr;
      person[kViolent] = 0;
    }
  }
}

// Adds what people said of the event to what the analysis did.
void revise(Json& shown, const archive::StoredEvent& event) {
  Json& notes = shown["notes"];
  if (!notes.is_array()) notes = Json::array();
  if (event.review == archive::Review::kDismissed) notes.push_back("Dismissed as false.");
  if (!event.caption.empty()) notes.push_back(std::format("Caption: {}", event.caption));
  if (!event.note.empty()) notes.push_back(std::format("Note: {}", event.note));
  if (const auto boxes = shown.find("boxes"); boxes != shown.end()) calm(*boxes, event);
  const auto people = shown.find("people");
  if (people == shown.end() || !people->is_array()) return;
  Json involved = Json::array();
  for (Json& person : *people) {
    const bool dismissed = person.is_object() && is_dismissed(event, person.value("id", std::int64_t{-1}));
    if (!dismissed) involved.push_back(std::move(person));
  }
  if (involved.size() < people->size()) {
    notes.push_back(
        std::format("Left out as not involved: {} of {} people.", people->size() - involved.size(), people->size()));
  }
  *people = std::move(involved);
}

// `alone`: away from the event's other files.
std::string page_of(archive::BlobStore& files, const archive::StoredEvent& event, bool alone) {
  std::string page = read(files, archive::EventStore::key(event, kReportFile), std::format("page of event {}", event.id));
  Json figures = figures_in(page);
  const Json::json_pointer first("/events/0"), title("/source/title");
  if (!figures.is_object() || !figures.contains(first) || !figures[first].is_object()) return page;
  revise(figures[first], event);
  figures["files"] = Json::object();  // of the whole analysis, which is not kept with its events
  const Json told = Json::parse(event.details, nullptr, /*allow_exceptions=*/false);
  figures[first]["boxes_file"] = alone || !told.is_object() ? Json() : told.value("boxes_file", Json());
  const bool titled = figures.contains(title) && figures[title].is_string();
  return report::render_report(
      report::ReportKind::kEvent,
      std::format("{}, event {}", titled ? figures[title].get<std::string>() : event.source, event.id),
      figures.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

std::string event_report(archive::BlobStore& files, const archive::StoredEvent& event) {
  return page_of(files, event, /*alone=*/false);
}

std::string complete_report(archive::BlobStore& files, const archive::StoredEvent& event) {
  std::string page = page_of(files, event, /*alone=*/true);
  const std::string folder = archive::EventStore::key(event, "");
  for (const archive::BlobInfo& blob : take(files.list(folder.substr(0, folder.size() - 1)))) {
    const std::string name = blob.key.substr(folder.size());
    const bool shown = name.ends_with(".jpg") || name.ends_with(".mp4");
    const std::string mark = std::format("\"file\":\"{}\"", name);
    if (!shown || blob.size > kLargestInPage || !page.contains(mark)) continue;
    const std::string bytes = read(files, blob.key, name);
    replace_all(
        page, mark,
        std::format("\"file\":\"data:{};base64,{}\"", media_type(name),
                    drogon::utils::base64Encode(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())));
  }
  return page;
}

}  // namespace vigil::server
