#include "station/event_delivery.h"

#include <format>
#include <optional>
#include <utility>

#include "station/live_lines.h"

#include "core/log.h"
#include "pipeline/analysis_files.h"

namespace vigil::station {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kLastTries = std::chrono::seconds(10);

}  // namespace

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

void EventDelivery::take(CameraEvent what, pipeline::WatchedEvent event) {
  Waiting waiting{.what = std::move(what), .event = std::move(event)};
  // Nobody else adds: there is room still.
  if (waiting_.size() < options_.most_waiting) {
    waiting_.push(std::move(waiting));
    return;
  }
  tell(waiting, core::fail(core::ErrorCode::kIo, std::format("{} others wait already", options_.most_waiting)));
  remove_evidence(waiting.event.record);
}

void EventDelivery::work(std::stop_token stop) {
  std::optional<Clock::time_point> failing;  // since when, of the last tries: those may each wait for the database
  while (auto waiting = waiting_.pop()) {
    pipeline::WatchedEvent& event = waiting->event;
    event.record.event.source = waiting->what.source;
    if (event.about) {
      // An event's page names the camera as people do.
      auto about = std::make_shared<pipeline::AnalysisRecord>(*event.about);
      about->title = about->source.name = waiting->what.source;
      event.about = std::move(about);
    }
    const bool given_up = failing && Clock::now() - *failing > kLastTries;
    const auto id = given_up ? core::fail(core::ErrorCode::kTimedOut, "there is no time left") : store(*waiting, stop);
    if (id || !may_pass(id.error())) failing.reset();
    if (!id && !failing) failing = Clock::now();
    tell(*waiting, id);
    remove_evidence(event.record);
  }
}

core::Result<std::int64_t> EventDelivery::store(const Waiting& waiting, std::stop_token stop) {
  const pipeline::EventRecord& record = waiting.event.record;
  const auto first = std::chrono::floor<std::chrono::microseconds>(waiting.event.time);
  const pipeline::StoreAs as{.uid = waiting.what.uid,
                             .zero = first - std::chrono::microseconds(record.event.first_violent.us()),
                             .camera_id = waiting.what.camera_id,
                             .about = waiting.event.about.get()};
  bool last = stop.stop_requested();
  auto id = put_event(archive_, record, options_.folder, as);
  if (!id && may_pass(id.error()) && !last) {
    core::log_warning("camera {}: an event is not stored yet: {}", waiting.what.source, id.error().message);
  }
  while (!id && may_pass(id.error()) && !last) {
    last = !pause(stop, options_.try_again);
    id = put_event(archive_, record, options_.folder, as);
  }
  return id;
}

void EventDelivery::tell(const Waiting& waiting, const core::Result<std::int64_t>& id) {
  const core::Event& event = waiting.event.record.event;
  options_.feed->data().publish(event_line(event, /*begun=*/false, id ? std::optional(*id) : std::nullopt));
  if (id) {
    notices_.publish(EventNotice{.change = EventChange::kAdded, .id = *id, .camera_id = waiting.what.camera_id});
  } else {
    core::log_error("camera {}: an event is not stored: {}", waiting.what.source, id.error().message);
    notices_.publish(EventLost{.event = waiting.what});
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
