#include "learn/mot_metrics.h"

#include <algorithm>
#include <format>
#include <vector>

#include <nlohmann/json.hpp>

#include "learn/hota.h"
#include "learn/mot_frames.h"
#include "vision/assignment.h"

namespace vigil::learn {
namespace {

constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

// What is known of one person of the truth while the frames go by.
struct PersonSoFar {
  std::size_t paired_with = kNobody;  // the track when last paired
  bool missed_since = false;
};

std::optional<double> ratio(double part, double whole) {
  if (!(whole > 0)) return std::nullopt;
  return part / whole;
}

// The pairs of one frame: first those that go on, then the cheapest assignment of the rest.
std::vector<vision::Pair> pairs_of(const MotFrame& frame, const std::vector<PersonSoFar>& people, double iou_threshold) {
  std::vector<vision::Pair> pairs;
  std::vector<char> truth_paired(frame.truth.size(), false);
  std::vector<char> result_paired(frame.result.size(), false);
  const auto pair = [&](std::size_t t, std::size_t r) {
    pairs.push_back({.row = t, .column = r});
    truth_paired[t] = true;
    result_paired[r] = true;
  };
  for (std::size_t t = 0; t < frame.truth.size(); ++t) {
    const auto found = std::ranges::find(frame.result, people[frame.truth[t]].paired_with);
    const auto r = static_cast<std::size_t>(found - frame.result.begin());
    if (found != frame.result.end() && !result_paired[r] && frame.overlaps[t][r] >= iou_threshold) pair(t, r);
  }
  vision::CostMatrix costs(frame.truth.size(), frame.result.size());
  for (std::size_t t = 0; t < frame.truth.size(); ++t) {
    for (std::size_t r = 0; r < frame.result.size(); ++r) {
      const bool open = !truth_paired[t] && !result_paired[r] && frame.overlaps[t][r] >= iou_threshold;
      if (open) costs(t, r) = 1 - frame.overlaps[t][r];
    }
  }
  for (const auto [t, r] : vision::assign(costs)) pair(t, r);
  return pairs;
}

void measure_clear(const MotFrames& frames, double iou_threshold, TrackingScores& scores) {
  std::vector<PersonSoFar> people(frames.truth_counts.size());
  double overlap = 0;
  for (const MotFrame& frame : frames.frames) {
    const auto pairs = pairs_of(frame, people, iou_threshold);
    std::vector<char> missed(frame.truth.size(), true);
    for (const auto [t, r] : pairs) {
      PersonSoFar& person = people[frame.truth[t]];
      const bool paired_before = person.paired_with != kNobody;
      scores.id_switches += paired_before && person.paired_with != frame.result[r] ? 1 : 0;
      scores.fragmentations += paired_before && person.missed_since ? 1 : 0;
      person = {.paired_with = frame.result[r]};
      overlap += frame.overlaps[t][r];
      missed[t] = false;
    }
    for (std::size_t t = 0; t < missed.size(); ++t) {
      if (missed[t]) people[frame.truth[t]].missed_since = true;
    }
    scores.true_positives += pairs.size();
    scores.false_negatives += frame.truth.size() - pairs.size();
    scores.false_positives += frame.result.size() - pairs.size();
  }
  const auto errors = static_cast<double>(scores.false_negatives + scores.false_positives + scores.id_switches);
  const auto boxes = static_cast<double>(scores.truth_boxes);
  scores.mota = (boxes - errors) / boxes;
  scores.motp = ratio(overlap, static_cast<double>(scores.true_positives));
}

void measure_identity(const MotFrames& frames, double iou_threshold, TrackingScores& scores) {
  vision::CostMatrix costs(frames.truth_counts.size(), frames.result_counts.size());
  for (std::size_t person = 0; person < costs.rows(); ++person) {
    for (std::size_t track = 0; track < costs.columns(); ++track) costs(person, track) = 0;
  }
  for (const MotFrame& frame : frames.frames) {
    for (std::size_t t = 0; t < frame.truth.size(); ++t) {
      for (std::size_t r = 0; r < frame.result.size(); ++r) {
        if (frame.overlaps[t][r] >= iou_threshold) --costs(frame.truth[t], frame.result[r]);
      }
    }
  }
  double agreed = 0;
  for (const auto [person, track] : vision::assign(costs)) agreed -= costs(person, track);
  const auto truth = static_cast<double>(scores.truth_boxes);
  const auto result = static_cast<double>(scores.result_boxes);
  scores.idp = ratio(agreed, result);
  scores.idr = agreed / truth;
  scores.idf1 = 2 * agreed / (truth + result);
}

std::vector<MotBox> measured(std::span<const MotBox> boxes, const std::vector<int>& looked_at) {
  std::vector<MotBox> kept;
  for (const MotBox& box : boxes) {
    if (looked_at.empty() || std::ranges::binary_search(looked_at, box.frame)) kept.push_back(box);
  }
  return kept;
}

std::string per_cent(const std::optional<double>& value) { return value ? std::format("{:.1f}", *value * 100) : "-"; }

}  // namespace

core::Result<TrackingScores> measure_tracking(std::span<const MotBox> truth, std::span<const MotBox> result,
                                              const TrackingOptions& options) {
  const auto invalid = [](std::string message) { return core::fail(core::ErrorCode::kInvalidArgument, std::move(message)); };
  if (!(options.iou_threshold > 0 && options.iou_threshold <= 1)) {
    return invalid(std::format("iou-threshold = {}: must lie above 0 and at most 1", options.iou_threshold));
  }
  if (truth.empty()) return invalid("the ground truth holds no boxes: there is nothing to measure");
  const auto [earliest, latest] = std::ranges::minmax(truth, {}, &MotBox::frame);
  const int first = options.first_frame > 0 ? options.first_frame : earliest.frame;
  const int last = options.last_frame > 0 ? options.last_frame : latest.frame;
  if (first > last) return invalid(std::format("frames {} to {}: the first lies after the last", first, last));

  const std::vector<int>& looked_at = options.looked_at;
  const auto looks = std::ranges::count_if(looked_at, [&](int frame) { return frame >= first && frame <= last; });
  const MotFrames frames =
      side_by_side(measured(truth, looked_at), measured(result, looked_at), first, last, options.iou_threshold);
  const auto some = [](std::size_t count) { return count > 0; };
  TrackingScores scores{.frames = static_cast<std::size_t>(looked_at.empty() ? last - first + 1 : looks),
                        .truth_boxes = frames.truth_boxes(),
                        .truth_tracks = static_cast<std::size_t>(std::ranges::count_if(frames.truth_counts, some)),
                        .result_boxes = frames.result_boxes(),
                        .result_tracks = static_cast<std::size_t>(std::ranges::count_if(frames.result_counts, some))};
  if (scores.truth_boxes == 0) {
    return invalid(std::format("the ground truth holds nothing to measure in frames {} to {}", first, last));
  }
  measure_clear(frames, options.iou_threshold, scores);
  measure_identity(frames, options.iou_threshold, scores);
  const HotaScores hota = measure_hota(frames);
  scores.hota = hota.hota;
  scores.det_a = hota.det_a;
  scores.ass_a = hota.ass_a;
  return scores;
}

std::string to_text(const TrackingScores& s) {
  return std::format(
      "{} frames; truth: {} boxes of {} people; result: {} boxes of {} tracks\n"
      "MOTA {}  MOTP {}  hits {}  misses {}  false positives {}  ID switches {}  fragmentations {}\n"
      "IDF1 {}  IDP {}  IDR {}\n"
      "HOTA {}  DetA {}  AssA {}",
      s.frames, s.truth_boxes, s.truth_tracks, s.result_boxes, s.result_tracks, per_cent(s.mota), per_cent(s.motp),
      s.true_positives, s.false_negatives, s.false_positives, s.id_switches, s.fragmentations, per_cent(s.idf1),
      per_cent(s.idp), per_cent(s.idr), per_cent(s.hota), per_cent(s.det_a), per_cent(s.ass_a));
}

std::string to_json(const TrackingScores& s) {
  using nlohmann::json;
  const auto or_null = [](const std::optional<double>& value) { return value ? json(*value) : json(nullptr); };
  return json{{"frames", s.frames},
              {"truth_boxes", s.truth_boxes},
              {"truth_tracks", s.truth_tracks},
              {"result_boxes", s.result_boxes},
              {"result_tracks", s.result_tracks},
              {"true_positives", s.true_positives},
              {"false_positives", s.false_positives},
              {"false_negatives", s.false_negatives},
              {"id_switches", s.id_switches},
              {"fragmentations", s.fragmentations},
              {"mota", s.mota},
              {"motp", or_null(s.motp)},
              {"idf1", s.idf1},
              {"idp", or_null(s.idp)},
              {"idr", s.idr},
              {"hota", s.hota},
              {"det_a", s.det_a},
              {"ass_a", s.ass_a}}
      .dump();
}

}  // namespace vigil::learn
