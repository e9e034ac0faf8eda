#include "archive/retention.h"

#include <algorithm>
#include <chrono>
#include <format>

#include "core/log.h"

namespace vigil::archive {
namespace {

using core::ErrorCode;
using core::fail;

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

std::string in_words(const RetentionRule& rule) {
  const std::string where = rule.camera_id ? std::format("of camera {}", *rule.camera_id) : std::string("of each camera");
  std::string text = std::format("{} {} are kept", what(rule.footage), where);
  if (rule.days) text += std::format(" for {} days", *rule.days);
  if (rule.bytes)
    text += std::format("{} as far as {:.1f} GB hold them", rule.days ? "," : "", static_cast<double>(*rule.bytes) / kGiga);
  return text + ", and longer where they are pinned";
}

bool is_planned(const RetentionPlan& plan, const Segment& segment) {
  return std::ranges::any_of(plan.removals,
                             [&](const Removal& each) { return each.recording && each.recording->id == segment.id; });
}

Removal removal_of(const Segment& segment, std::string why) {
  return {.recording = segment, .event_id = {}, .begin = segment.begin, .size = segment.size, .why = std::move(why)};
}

Removal removal_of(const StoredEvent& event, std::string why) {
  return {.recording = {}, .event_id = event.id, .begin = event.begin, .size = event.size, .why = std::move(why)};
}

// Recordings of one camera by the hour, at the rate that they had so far.
std::uint64_t an_hour_of(const Recordings::Usage& usage) {
  const auto length = std::chrono::duration<double>(usage.newest - usage.oldest).count();
  if (length <= 0) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(usage.bytes) * std::min(1.0, 3600 / length));
}

}  // namespace

core::Status RetentionRule::validate() const {
  const auto wrong = [](const std::string& text) { return fail(ErrorCode::kInvalidArgument, text); };
  if (!days && !bytes) return wrong("a retention rule needs days or bytes");
  if (days && *days < 1) return wrong(std::format("{} days of retention: must be 1 or more", *days));
  if (bytes && *bytes < 1) return wrong("0 bytes of retention: must be 1 or more");
  if (bytes && footage != Footage::kRecordings) return wrong("bytes of retention are for recordings only");
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

core::Result<RetentionPlan> Retention::plan(const std::vector<RetentionRule>& rules, WallTime now,
                                            std::optional<BlobSpace> space) {
  RetentionPlan plan;
  for (const RetentionRule& rule : rules) {
    if (auto valid = rule.validate(); !valid) return std::unexpected(valid.error());
    plan.in_force.push_back(in_words(rule));
    auto planned = rule.footage == Footage::kRecordings ? plan_recordings(rule, now, plan) : plan_events(rule, now, plan);
    if (!planned) return std::unexpected(planned.error());
  }
  if (!space) {
    auto asked = blobs_.space();
    if (!asked) return std::unexpected(asked.error());
    space = *asked;
  }
  if (auto planned = plan_reserve(*space, now, plan); !planned) return std::unexpected(planned.error());
  return plan;
}

core::Status Retention::plan_recordings(const RetentionRule& rule, WallTime now, RetentionPlan& plan) {
  const auto usage = recordings_.usage();
  if (!usage) return std::unexpected(usage.error());
  for (const Recordings::Usage& camera : *usage) {
    if (rule.camera_id && *rule.camera_id != camera.camera_id) continue;
    const auto all = recordings_.between(camera.camera_id, camera.oldest, camera.newest);
    if (!all) return std::unexpected(all.error());
    std::uint64_t left = camera.bytes;
    for (const Segment& segment : *all) {  // oldest first
      const bool too_old = rule.days && segment.end < now - std::chrono::days(*rule.days);
      const bool too_much = rule.bytes && left > *rule.bytes;
      if (segment.pinned || !(too_old || too_much)) continue;
      left -= segment.size;
      if (is_planned(plan, segment)) continue;
      plan.removals.push_back(removal_of(segment, too_old
                                                      ? std::format("older than {} days", *rule.days)
                                                      : std::format("camera {} has more than {:.1f} GB", camera.camera_id,
                                                                    static_cast<double>(*rule.bytes) / kGiga)));
    }
  }
  return {};
}

core::Status Retention::plan_events(const RetentionRule& rule, WallTime now, RetentionPlan& plan) {
  EventSearch search{.until = now - std::chrono::days(*rule.days), .pinned = false, .count = kPage, .oldest_first = true};
  if (rule.camera_id) {
    search.cameras = std::vector{*rule.camera_id};
    search.uploads = false;
  }
  if (rule.footage == Footage::kDismissedEvents) search.review = Review::kDismissed;
  do {
    const auto page = events_.search(search);
    if (!page) return std::unexpected(page.error());
    for (const StoredEvent& event : page->events) {
      const bool planned = std::ranges::contains(plan.removals, std::optional(event.id), &Removal::event_id);
      if (!planned) plan.removals.push_back(removal_of(event, std::format("older than {} days", *rule.days)));
    }
    search.after = page->next;
  } while (!search.after.empty());
  return {};
}

core::Status Retention::plan_reserve(const BlobSpace& space, WallTime now, RetentionPlan& plan) {
  const auto usage = recordings_.usage();
  if (!usage) return std::unexpected(usage.error());
  std::uint64_t hour = 0;
  for (const Recordings::Usage& camera : *usage) hour += an_hour_of(camera);
  const auto share = static_cast<std::uint64_t>(kReserveShare * static_cast<double>(space.all));
  const std::uint64_t reserve = std::max(share, hour);
  plan.reserve = {.bytes = reserve, .an_hour = hour > share};
  plan.in_force.push_back(
      std::format("{:.1f} GB of the disk stay free ({}); the oldest footage that is not pinned goes for it",
                  static_cast<double>(reserve) / kGiga, plan.reserve.an_hour ? "an hour of recording" : "5 %"));
  std::uint64_t free = space.free + plan.size();
  if (free >= reserve) {
    if (free < 2 * reserve) plan.warning = DiskWarning::kNearlyFull;
    return {};
  }
  const std::string why = "the disk is full";
  for (int count = kPage; free < reserve; count *= 2) {
    const auto oldest = recordings_.oldest(count);
    if (!oldest) return std::unexpected(oldest.error());
    for (const Segment& segment : *oldest) {
      if (free >= reserve) break;
      if (is_planned(plan, segment)) continue;
      plan.removals.push_back(removal_of(segment, why));
      free += segment.size;
    }
    if (oldest->size() < static_cast<std::size_t>(count)) break;
  }
  for (const auto review : {std::optional(Review::kDismissed), std::optional<Review>()}) {
    EventSearch search{.until = now, .review = review, .pinned = false, .count = kPage, .oldest_first = true};
    do {
      if (free >= reserve) break;
      const auto page = events_.search(search);
      if (!page) return std::unexpected(page.error());
      for (const StoredEvent& event : page->events) {
        if (free >= reserve) break;
        if (std::ranges::contains(plan.removals, std::optional(event.id), &Removal::event_id)) continue;
        plan.removals.push_back(removal_of(event, why));
        free += event.size;
      }
      search.after = page->next;
    } while (!search.after.empty());
  }
  if (free < reserve) plan.warning = DiskWarning::kFull;
  return {};
}

core::Status Retention::apply(const RetentionPlan& plan) {
  core::Status first;
  for (const Removal& removal : plan.removals) {
    core::Status removed;
    if (removal.recording) {
      removed = recordings_.remove_unless_pinned(*removal.recording);
    } else if (const auto event = events_.get(*removal.event_id); event && !event->pinned) {
      removed = store_.remove(*removal.event_id);
    }
    if (removed) continue;
    core::log_warning("footage of {:%FT%TZ} could not be removed: {}", removal.begin, removed.error().message);
    if (first) first = removed;
  }
  return first;
}

}  // namespace vigil::archive
