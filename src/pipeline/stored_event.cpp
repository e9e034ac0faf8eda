#include "pipeline/stored_event.h"

#include <algorithm>
#include <format>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"

namespace vigil::pipeline {
namespace {

// Gives each file of the evidence its plain name, and remembers where it lies.
class Renamed {
 public:
  explicit Renamed(const std::filesystem::path& folder) : folder_(folder) {}

  std::string add(const std::string& file, std::string name) {
    if (file.empty()) return {};
    files_.push_back({.name = name, .source = folder_ / file});
    return name;
  }
  void add(PictureEvidence& picture, std::string name) { picture.file = add(picture.file, std::move(name)); }

  const std::vector<archive::EventFile>& files() const { return files_; }

 private:
  const std::filesystem::path& folder_;
  std::vector<archive::EventFile> files_;
};

// The event's page under the names that its files have in the repository, written beside the evidence for as long as it
// takes to store it.
class PageDraft {
 public:
  PageDraft(const AnalysisRecord& about, const EventRecord& kept, const EventRecord& record,
            const std::filesystem::path& folder)
      : path_(folder / std::format(".report-{}.html", record.event.id)) {
    EventRecord shown = kept;
    shown.boxes = record.boxes;  // read from the sidecar where it lies
    written_ = core::write_file_atomically(path_, event_page(about, shown, folder)).has_value();
  }
  ~PageDraft() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  PageDraft(const PageDraft&) = delete;
  PageDraft& operator=(const PageDraft&) = delete;

  bool written() const { return written_; }
  std::string name() const { return path_.filename().string(); }

 private:
  std::filesystem::path path_;
  bool written_ = false;
};

// The event as events.json has it, and from which score on it was one.
std::string details_of(const EventRecord& kept, const StoreAs& as) {
  auto details = nlohmann::ordered_json::parse(event_json(kept));
  if (as.about && kept.event.kind == core::kViolence) details["threshold"] = as.about->options.detector.threshold_on;
  return details.dump();
}

archive::WallTime at(const StoreAs& as, core::MediaTime time) { return as.zero + std::chrono::microseconds(time.us()); }

}  // namespace

core::Result<std::int64_t> store_event(archive::EventStore& store, const EventRecord& record,
                                       const std::filesystem::path& folder, const StoreAs& as) {
  EventRecord kept = record;
  Renamed renamed(folder);
  if (kept.clip) kept.clip->file = renamed.add(kept.clip->file, "clip.mp4");
  if (kept.poster) renamed.add(*kept.poster, "poster.jpg");
  kept.boxes = renamed.add(kept.boxes, "boxes.jsonl");
  kept.page.clear();
  for (PersonPictures& person : kept.people) {
    int number = 0;
    for (PictureEvidence& crop : person.crops) renamed.add(crop, std::format("person-{}-{}.jpg", person.id, ++number));
    if (person.face) renamed.add(*person.face, std::format("person-{}-face.jpg", person.id));
  }
  std::optional<PageDraft> page;
  if (as.about) page.emplace(*as.about, kept, record, folder);
  if (page && page->written()) kept.page = renamed.add(page->name(), "report.html");
  archive::StoredEvent event{.uid = as.uid,
                             .camera_id = as.camera_id,
                             .job_id = as.job_id,
                             .source = kept.event.source,
                             .kind = kept.event.kind,
                             .rule = kept.event.rule,
                             .zone = kept.event.zone,
                             .begin = at(as, kept.event.begin),
                             .end = at(as, kept.event.end),
                             .score = kept.event.score,
                             .details = details_of(kept, as),
                             .poster = kept.poster ? kept.poster->file : std::string()};
  for (const core::EventPerson& person : kept.event.people) {
    const auto pictures = std::ranges::find(kept.people, person.id, &PersonPictures::id);
    const bool has_face = pictures != kept.people.end() && pictures->face;
    event.people.push_back(
        {.track_id = person.id, .score = person.score, .face = has_face ? pictures->face->file : std::string()});
  }
  return store.add(std::move(event), renamed.files());
}

}  // namespace vigil::pipeline
