#include "pipeline/event_keeper.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <format>
#include <utility>

#include "core/atomic_file.h"
#include "core/log.h"
#include "media/image_file.h"
#include "pipeline/analysis_files.h"
#include "pipeline/event_boxes.h"
#include "pipeline/people_evidence.h"

namespace vigil::pipeline {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::MediaTime;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostWaiting = 64;
constexpr auto kPoll = std::chrono::milliseconds(100);
constexpr auto kPatience = std::chrono::seconds(5);  // beyond the post-roll, for a recorder that is behind
constexpr int kPosterLongSide = 1280;

core::Status append_line(const fs::path& path, std::string line) {
  line += '\n';
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  // One write: a reader, and a kill, see the line or nothing of it.
  const bool written =
      file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (written) return {};
  return fail(ErrorCode::kIo, std::format("cannot write {}: {}", path.string(), std::strerror(reason)));
}

EventNames names_of(const WatchedEvent& event) {
  return {.stem = std::format("{:%Y%m%d-%H%M%S}-{}", std::chrono::floor<std::chrono::seconds>(event.time),
                              event.record.event.id)};
}

}  // namespace

EventKeeper::EventKeeper(media::LiveRecorder& recorder, ShownAt shown_at, EventKeeperOptions options, Told told)
    : recorder_(recorder),
      shown_at_(std::move(shown_at)),
      options_(std::move(options)),
      told_(std::move(told)),
      waiting_({.capacity = kMostWaiting}),
      thread_([this] { work(); }) {}

EventKeeper::~EventKeeper() {
  hurry_.request_stop();
  waiting_.close();
}

core::Result<std::unique_ptr<EventKeeper>> EventKeeper::create(media::LiveRecorder& recorder, ShownAt shown_at,
                                                               EventKeeperOptions options, Told told) {
  for (const char* name : {"clips", "posters", "people"}) {
    std::error_code error;
    fs::create_directories(options.folder / name, error);
    if (!error) continue;
    return fail(ErrorCode::kIo,
                std::format("cannot make the folder {}: {}", (options.folder / name).string(), error.message()));
  }
  return std::unique_ptr<EventKeeper>(new EventKeeper(recorder, std::move(shown_at), std::move(options), std::move(told)));
}

void EventKeeper::describe(AnalysisRecord about) {
  const std::scoped_lock lock(mutex_);
  about_ = std::move(about);
}

void EventKeeper::began(std::int64_t id, MediaTime begin) {
  const std::scoped_lock lock(mutex_);
  needed_.insert_or_assign(id, begin - options_.pre_roll);
  update_keep();
}

void EventKeeper::update_keep() {
  std::optional<MediaTime> earliest;
  for (const auto& [id, from] : needed_) earliest = std::min(earliest.value_or(from), from);
  recorder_.keep_from(earliest);
  if (options_.people) options_.people->keep_from(earliest);
}

core::Status EventKeeper::status() const {
  const std::scoped_lock lock(mutex_);
  return error_ ? core::Status(std::unexpected(*error_)) : core::Status();
}

core::Status EventKeeper::ended(WatchedEvent event) {
  waiting_.push(std::move(event));
  return status();
}

core::Status EventKeeper::finish() {
  hurry_.request_stop();
  waiting_.close();
  if (thread_.joinable()) thread_.join();
  return status();
}

void EventKeeper::work() {
  while (auto event = waiting_.pop()) {
    const std::int64_t id = event->record.event.id;
    const auto saved = save(std::move(*event));
    const std::scoped_lock lock(mutex_);
    if (!saved && !error_) error_ = saved.error();
    needed_.erase(id);
    update_keep();
  }
}

core::Status EventKeeper::save(WatchedEvent event) {
  wait_for_post_roll(event.record.event);
  const EventNames names = names_of(event);
  collect(event, names);
  picture(event.record, names);
  write_page(event, names);
  // A full disk must not silence the alert.
  if (auto written = append_line(options_.folder / AnalysisFiles::kWatchedEvents, event_line(event)); !written) {
    event.record.notes.push_back("not saved: " + written.error().message);
  }
  for (const std::string& note : event.record.notes) {
    core::log_warning("{}: event {}: {}", event.record.event.source, event.record.event.id, note);
  }
  return told_(event);
}

void EventKeeper::wait_for_post_roll(const core::Event& event) {
  const MediaTime end = event.end + options_.post_roll;
  const auto shown = shown_at_(end);
  const auto latest = shown.value_or(Clock::now()) + kPatience;
  std::mutex waiting;
  std::unique_lock lock(waiting);
  std::condition_variable_any never;
  const auto is_there = [&] {
    const bool people = !options_.people || options_.people->until().value_or(end) >= end;
    return people && recorder_.recorded_until().value_or(MediaTime()) >= end;
  };
  while (!hurry_.stop_requested() && Clock::now() < latest && !is_there()) {
    never.wait_for(lock, hurry_.get_token(), kPoll, [] { return false; });
  }
}

void EventKeeper::collect(WatchedEvent& event, const EventNames& names) {
  EventRecord& record = event.record;
  auto clip = recorder_.cut(
      {.begin = record.event.begin, .end = record.event.end, .pre_roll = options_.pre_roll, .post_roll = options_.post_roll},
      options_.folder / names.clip(), {.mask = options_.mask});
  if (clip) {
    record.clip = {
        .file = names.clip(), .begin = clip->clip.begin, .end = clip->clip.end, .reencoded = clip->clip.reencoded};
    std::ranges::move(clip->notes, std::back_inserter(record.notes));
  } else {
    record.notes.push_back("no clip: " + clip.error().message);
  }
  auto picture = recorder_.picture_at(record.event.first_violent, media::FitLongSide{kPosterLongSide});
  auto written = picture ? media::write_jpeg(*picture, options_.folder / names.poster(), {.mask = options_.mask})
                         : core::Status(std::unexpected(picture.error()));
  if (written) {
    record.poster = {.file = names.poster(), .time = picture->pts()};
  } else {
    record.notes.push_back("no picture: " + written.error().message);
  }
}

// The people of the clip: where they are in it, and their pictures out of it.
void EventKeeper::picture(EventRecord& record, const EventNames& names) {
  if (!options_.people || !record.clip) return;
  const auto frames = options_.people->between(record.clip->begin, record.clip->end);
  if (frames.empty()) return;
  if (auto written = write_event_boxes(frames, options_.folder / names.boxes()); !written) {
    record.notes.push_back("no boxes: " + written.error().message);
  } else {
    record.boxes = names.boxes();
  }
  // The clip is masked already. Who wants to end does not wait for faces, which take longest.
  PeopleEvidence(hurry_.stop_requested() ? nullptr : options_.faces)
      .collect({.input = options_.folder / record.clip->file, .info = {}, .stop = {}, .begin = record.clip->begin},
               options_.people->between(record.event.begin, record.event.end), {.folder = options_.folder, .names = names},
               record);
}

void EventKeeper::write_page(WatchedEvent& event, const EventNames& names) {
  EventRecord& record = event.record;
  AnalysisRecord about;
  {
    const std::scoped_lock lock(mutex_);
    about = about_;
  }
  about.analysed_until = record.clip ? record.clip->end : record.event.end;
  event.about = std::make_shared<const AnalysisRecord>(about);
  record.page = names.page();
  auto written = core::write_file_atomically(options_.folder / record.page, event_page(about, record, options_.folder));
  if (written) return;
  record.page.clear();
  record.notes.push_back("no page: " + written.error().message);
}

}  // namespace vigil::pipeline
