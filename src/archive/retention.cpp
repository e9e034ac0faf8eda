#include "archive/retention.h"

#include <algorithm>
#include <chrono>
#include <format>
#include <map>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "core/log.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;

constexpr int kMostDays = 36'500;
constexpr double kReserveShare = 0.05;
constexpr int kPage = 500;
constexpr double kGiga = 1e9;

std::string what(Footage footage) {
  switch (footage) {
    case Footage::kRecordings: return "recordings";
    case Footage::kEvents: return "events";
    case Footage::kDismissedEvents: return "dismissed events";
  }
  return {};
}

bool is_exception_to(const RetentionRule& rule, const RetentionRule& general) {
  return rule.footage == general.footage && rule.camera_id && !general.camera_id;
}

// Nothing: footage of no camera.
bool applies(const RetentionRule& rule, const std::vector<RetentionRule>& rules, std::optional<std::int64_t> camera) {
  if (rule.camera_id) return rule.camera_id == camera;
  return std::ranges::none_of(
      rules, [&](const RetentionRule& other) { return is_exception_to(other, rule) && other.camera_id == camera; });
}

std::string in_words(const RetentionRule& rule, const std::vector<RetentionRule>& rules) {
  const bool exceptions = std::ranges::any_of(rules, [&](const auto& other) { return is_exception_to(other, rule); });
  const std::string where = rule.camera_id ? std::format("of camera {}", *rule.camera_id)
                                           : (exceptions ? "of each other camera" : "of each camera");
  std::string text = std::format("{} {} are kept", what(rule.footage), where);
  if (rule.days) text += std::format(" for {} days", *rule.days);
  if (rule.bytes)
    text += std::format("{} as far as {:.1f} GB hold them", rule.days ? "," : "", static_cast<double>(*rule.bytes) / kGiga);
  return text + ", and longer where they are pinned";
}

// One camera's footage under a rule, from the oldest on.
class Reckoning {
 public:
  Reckoning(const RetentionRule& rule, WallTime now, std::optional<std::int64_t> camera, std::uint64_t bytes)
      : rule_(rule), now_(now), camera_(camera), left_(bytes) {}

  // Why the next one goes, as a sentence; nothing: it stays, and all that follow.
  std::optional<std::string> next(WallTime time, std::uint64_t size) {
    const bool too_old = rule_.days && time < now_ - std::chrono::days(*rule_.days);
    const bool too_much = rule_.bytes && left_ > *rule_.bytes;
    if (!too_old && !too_much) return std::nullopt;
    left_ -= std::min(left_, size);  // one that came since all were counted is in no sum
    if (too_old) return std::format("older than {} days", *rule_.days);
    const std::string whose = camera_ ? std::format("camera {} has", *camera_) : std::string("uploads have");
    return std::format("{} more than {:.1f} GB", whose, static_cast<double>(*rule_.bytes) / kGiga);
  }

 private:
  const RetentionRule& rule_;
  const WallTime now_;
  const std::optional<std::int64_t> camera_;
  std::uint64_t left_;
};

// Of one camera that records all the time, at the rate that its recordings have; a moment of them tells of no rate.
std::uint64_t an_hour_of(const Recordings::Usage& usage) {
  constexpr std::chrono::duration<double> kSegment = std::chrono::seconds(4);
  if (usage.length <= std::chrono::microseconds::zero()) return 0;
  const auto length = std::max(kSegment, std::chrono::duration<double>(usage.length));
  return static_cast<std::uint64_t>(static_cast<double>(usage.bytes) * (std::chrono::hours(1) / length));
}

}  // namespace

core::Status RetentionRule::validate() const {
  const auto wrong = [](const std::string& text) { return fail(ErrorCode::kInvalidArgument, text); };
  if (!days && !bytes) return wrong("a retention rule needs days or bytes");
  if (days && (*days < 1 || *days > kMostDays)) {
    return wrong(std::format("{} days of retention: must be 1 to {}; leave the days out to keep all", *days, kMostDays));
  }
  if (bytes && *bytes < 1) return wrong("0 bytes of retention: must be 1 or more");
  return {};
}

std::string_view to_string(DiskWarning warning) {
  switch (warning) {
    case DiskWarning::kNearlyFull: return "the disk is nearly full; the oldest footage will have to go soon";
    case DiskWarning::kFull: return "the disk is full, and all that could go is pinned or gone";
  }
  return {};
}

std::uint64_t RetentionPlan::size() const {
  std::uint64_t bytes = 0;
  for (const Removal& removal : removals) bytes += removal.size;
  return bytes;
}

struct Retention::Draft {
  struct Going {
    std::unordered_set<std::int64_t> ids = {};
    std::map<std::optional<std::int64_t>, std::uint64_t> bytes = {};  // by camera

    std::uint64_t left(std::optional<std::int64_t> camera, std::uint64_t all) const {
      const auto found = bytes.find(camera);
      return found == bytes.end() ? all : all - std::min(all, found->second);
    }
  };

  RetentionPlan plan = {};
  Going recordings = {}, events = {};

  Going& of(const Segment&) { return recordings; }
  Going& of(const StoredEvent&) { return events; }

  // False: the plan is full.
  template <typename T>
  bool remove(const T& footage, std::string why) {
    if (plan.removals.size() == kMostRemovals) plan.more = true;
    if (plan.more) return false;
    of(footage).ids.insert(footage.id);
    of(footage).bytes[footage.camera_id] += footage.size;
    Removal& removal = plan.removals.emplace_back();
    if constexpr (std::is_same_v<T, Segment>) removal.recording = footage;
    if constexpr (std::is_same_v<T, StoredEvent>) removal.event = footage;
    removal.begin = footage.begin;
    removal.size = footage.size;
    removal.why = std::move(why);
    return true;
  }
};

core::Result<RetentionPlan> Retention::plan(const std::vector<RetentionRule>& rules, WallTime now,
                                            std::optional<BlobSpace> space) {
  Draft draft;
  for (const RetentionRule& rule : rules) {
    if (auto valid = rule.validate(); !valid) return std::unexpected(valid.error());
    draft.plan.in_force.push_back({.camera_id = rule.camera_id, .sentence = in_words(rule, rules)});
  }
  // What was dismissed goes first: where that suffices, nothing else has to.
  for (const auto footage : {Footage::kDismissedEvents, Footage::kEvents, Footage::kRecordings}) {
    for (const RetentionRule& rule : rules) {
      if (rule.footage != footage) continue;
      const auto of = [&](std::optional<std::int64_t> camera) { return applies(rule, rules, camera); };
      if (auto planned = plan_rule(rule, of, now, draft); !planned) return std::unexpected(planned.error());
    }
  }
  if (!space) {
    auto asked = blobs_.space();
    if (!asked) return std::unexpected(asked.error());
    space = *asked;
  }
  if (auto planned = plan_reserve(*space, now, draft); !planned) return std::unexpected(planned.error());
  return std::move(draft.plan);
}

core::Status Retention::plan_rule(const RetentionRule& rule, const IsOf& of, WallTime now, Draft& draft) {
  return rule.footage == Footage::kRecordings ? plan_recordings(rule, of, now, draft) : plan_events(rule, of, now, draft);
}

core::Status Retention::plan_recordings(const RetentionRule& rule, const IsOf& of, WallTime now, Draft& draft) {
  const auto usage = recordings_.usage();
  if (!usage) return std::unexpected(usage.error());
  for (const Recordings::Usage& camera : *usage) {
    if (!of(camera.camera_id)) continue;
    Reckoning reckoning(rule, now, camera.camera_id, draft.recordings.left(camera.camera_id, camera.bytes));
    auto planned = each_recording(camera.camera_id, [&](const Segment& segment) {
      if (draft.recordings.ids.contains(segment.id)) return true;
      auto why = reckoning.next(segment.end, segment.size);
      return why && draft.remove(segment, *std::move(why));
    });
    if (!planned) return planned;
  }
  return {};
}

core::Status Retention::plan_events(const RetentionRule& rule, const IsOf& of, WallTime now, Draft& draft) {
  const auto review = rule.footage == Footage::kDismissedEvents ? std::optional(Review::kDismissed) : std::nullopt;
  const auto usage = events_.usage(review);
  if (!usage) return std::unexpected(usage.error());
  for (const EventUsage& camera : *usage) {
    if (!of(camera.camera_id)) continue;
    EventSearch search{.cameras = std::vector<std::int64_t>(),
                       .uploads = !camera.camera_id,
                       .orphans = !camera.camera_id,
                       .review = review};
    if (camera.camera_id) search.cameras->push_back(*camera.camera_id);
    Reckoning reckoning(rule, now, camera.camera_id, draft.events.left(camera.camera_id, camera.bytes));
    auto planned = each_event(search, [&](const StoredEvent& event) {
      if (draft.events.ids.contains(event.id)) return true;
      auto why = reckoning.next(event.begin, event.size);
      return why && draft.remove(event, *std::move(why));
    });
    if (!planned) return planned;
  }
  return {};
}

core::Status Retention::each_recording(std::optional<std::int64_t> camera, const std::function<bool(const Segment&)>& take) {
  for (std::optional<Segment> last;;) {
    const auto page = recordings_.oldest(kPage, camera, last);
    if (!page) return std::unexpected(page.error());
    for (const Segment& segment : *page) {
      if (!take(segment)) return {};
    }
    if (page->size() < kPage) return {};
    last = page->back();
  }
}

core::Status Retention::each_event(EventSearch search, const std::function<bool(const StoredEvent&)>& take) {
  search.pinned = false;
  search.count = kPage;
  search.oldest_first = true;
  do {
    const auto page = events_.search(search);
    if (!page) return std::unexpected(page.error());
    for (const StoredEvent& event : page->events) {
      if (!take(event)) return {};
    }
    search.after = page->next;
  } while (!search.after.empty());
  return {};
}

core::Status Retention::plan_reserve(const BlobSpace& space, WallTime now, Draft& draft) {
  RetentionPlan& plan = draft.plan;
  const auto usage = recordings_.usage();
  if (!usage) return std::unexpected(usage.error());
  std::uint64_t hour = 0;
  for (const Recordings::Usage& camera : *usage) hour += an_hour_of(camera);
  const auto share = static_cast<std::uint64_t>(kReserveShare * static_cast<double>(space.all));
  const std::uint64_t reserve = std::max(share, hour);
  plan.reserve = {.bytes = reserve, .an_hour = hour > share};
  plan.in_force.push_back(
      {.sentence =
           std::format("{:.1f} GB of the disk stay free ({}); the oldest footage that is not pinned goes for it",
                       static_cast<double>(reserve) / kGiga, plan.reserve.an_hour ? "an hour of recording" : "5 %")});
  const std::uint64_t free = space.free + plan.size();
  if (free < 2 * reserve) plan.warning = DiskWarning::kNearlyFull;
  if (free >= reserve || plan.more) return {};  // what more goes by its rule makes room first
  std::uint64_t missing = reserve - free;
  const auto make_room = [&](const auto& footage) {
    if (missing == 0) return false;
    if (draft.of(footage).ids.contains(footage.id)) return true;
    if (!draft.remove(footage, "the disk is full")) return false;
    missing -= std::min(missing, footage.size);
    return true;
  };
  auto planned = each_recording(std::nullopt, make_room);
  if (!planned) return planned;
  for (const auto review : {std::optional(Review::kDismissed), std::optional<Review>()}) {
    planned = each_event({.until = now, .review = review}, make_room);
    if (!planned) return planned;
  }
  if (missing > 0 && !plan.more) plan.warning = DiskWarning::kFull;
  return {};
}

core::Status Retention::apply(const RetentionPlan& plan, const std::function<void(const Removal&)>& removed,
                              std::stop_token stop) {
  core::Status first;
  for (const Removal& removal : plan.removals) {
    if (stop.stop_requested()) break;
    const auto gone = removal.recording ? recordings_.remove_unless_pinned(*removal.recording)
                                        : store_.remove_unless_pinned(removal.event->id);
    if (gone) {
      if (*gone && removed) removed(removal);
      continue;
    }
    core::log_warning("footage of {:%FT%TZ} could not be removed: {}", removal.begin, gone.error().message);
    if (first) first = std::unexpected(gone.error());
  }
  return first;
}

}  // namespace vigil::archive
