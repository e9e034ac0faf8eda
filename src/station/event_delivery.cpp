#include "station/event_delivery.h"

#include <format>
#include <optional>
#include <utility>

#include "station/live_lines.h"

#include "core/log.h"
#include "pipeline/analysis_files.h"

namespace vigil::station {

namespace fs = std::filesystem;

EventDelivery::EventDelivery(EventDeliveryOptions options, archive::Archive& archive, core::Hub<Notice>& notices)
    : options_(std::move(options)),
      archive_(archive),
      notices_(notices),
      waiting_({.capacity = options_.most_waiting}),
      thread_([this](std::stop_token stop) { work(std::move(stop)); }) {}

EventDelivery::~EventDelivery() {
  thread_.request_stop();
  waiting_.close();
  thread_.join();
}

void EventDelivery::take(std::string uid, pipeline::WatchedEvent event) {
  // Nobody else adds: there is room still.
  if (waiting_.size() < options_.most_waiting) {
    waiting_.push({.uid = std::move(uid), .event = std::move(event)});
    return;
  }
  tell(event.record, core::fail(core::ErrorCode::kIo, std::format("{} others wait already", options_.most_waiting)));
  remove_evidence(event.record);
}

void EventDelivery::work(std::stop_token stop) {
  while (auto waiting = waiting_.pop()) {
    pipeline::WatchedEvent& event = waiting->event;
    event.record.event.source = options_.camera;
    if (event.about) {
      // An event's page names the camera as people do.
      auto about = std::make_shared<pipeline::AnalysisRecord>(*event.about);
      about->title = about->source.name = options_.camera;
      event.about = std::move(about);
    }
    tell(event.record, store(*waiting, stop));
    remove_evidence(event.record);
  }
}

core::Result<std::int64_t> EventDelivery::store(const Waiting& waiting, std::stop_token stop) {
  const pipeline::EventRecord& record = waiting.event.record;
  const auto first = std::chrono::floor<std::chrono::microseconds>(waiting.event.time);
  const pipeline::StoreAs as{.uid = waiting.uid,
                             .zero = first - std::chrono::microseconds(record.event.first_violent.us()),
                             .camera_id = options_.camera_id,
                             .about = waiting.event.about.get()};
  auto id = put_event(archive_, record, options_.folder, as);
  if (!id && may_pass(id.error())) {
    core::log_warning("camera {}: an event is not stored yet: {}", options_.camera, id.error().message);
  }
  while (!id && may_pass(id.error()) && !stop.stop_requested()) {
    pause(stop, options_.try_again);
    id = put_event(archive_, record, options_.folder, as);
  }
  return id;
}

void EventDelivery::tell(const pipeline::EventRecord& record, const core::Result<std::int64_t>& id) {
  options_.feed->data().publish(event_line(record.event, /*begun=*/false, id ? std::optional(*id) : std::nullopt));
  if (id) {
    notices_.publish(EventNotice{.change = EventChange::kAdded, .id = *id, .camera_id = options_.camera_id});
  } else {
    core::log_error("camera {}: an event is not stored: {}", options_.camera, id.error().message);
  }
}

void EventDelivery::remove_evidence(const pipeline::EventRecord& record) const {
  const auto remove = [this](const std::string& file) {
    std::error_code ignored;
    if (!file.empty()) fs::remove(options_.folder / file, ignored);
  };
  if (record.clip) remove(record.clip->file);
  if (record.poster) remove(record.poster->file);
  remove(record.boxes);
  remove(record.page);
  for (const pipeline::PersonPictures& person : record.people) {
    for (const pipeline::PictureEvidence& crop : person.crops) remove(crop.file);
    if (person.face) remove(person.face->file);
  }
  remove(pipeline::AnalysisFiles::kWatchedEvents);  // nobody reads it here; it is begun anew
}

}  // namespace vigil::station
