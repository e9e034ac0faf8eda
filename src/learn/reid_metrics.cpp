#include "learn/reid_metrics.h"

#include <algorithm>
#include <cstdlib>
#include <format>
#include <numeric>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace vigil::learn {
namespace {

struct Answer {
  double alike;
  bool same;
};

std::vector<Answer> answers_to(const ReidSample& query, std::span<const ReidSample> samples, core::MediaDuration min_gap) {
  std::vector<Answer> answers;
  for (const ReidSample& other : samples) {
    const bool same = other.person == query.person;
    const bool far_enough = other.time - query.time >= min_gap || query.time - other.time >= min_gap;
    const bool fair = same ? &other != &query && far_enough : surely_different(*query.person, *other.person);
    if (!fair || other.look.size() != query.look.size()) continue;
    answers.push_back(
        {.alike = std::inner_product(query.look.begin(), query.look.end(), other.look.begin(), 0.0), .same = same});
  }
  // Of equals, the wrong ones first: what cannot tell people apart earns nothing.
  std::ranges::stable_sort(
      answers, [](const Answer& a, const Answer& b) { return a.alike != b.alike ? a.alike > b.alike : a.same < b.same; });
  return answers;
}

double average_precision(std::span<const Answer> answers) {
  double sum = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].same) sum += static_cast<double>(++found) / static_cast<double>(i + 1);
  }
  return found == 0 ? 0 : sum / static_cast<double>(found);
}

}  // namespace

core::Result<ReidScores> measure_reid(std::span<const ReidSample> samples, const ReidOptions& options) {
  if (options.min_gap < core::MediaDuration()) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("min-gap = {}: must be 0 s or more", options.min_gap.seconds()));
  }
  ReidScores scores;
  std::set<const Tracklet*> people;
  for (const ReidSample& query : samples) {
    people.insert(query.person);
    const auto answers = answers_to(query, samples, options.min_gap);
    if (!std::ranges::any_of(answers, &Answer::same)) continue;
    ++scores.queries;
    scores.rank1 += answers.front().same ? 1 : 0;
    scores.map += average_precision(answers);
  }
  if (scores.queries == 0) {
    return core::fail(core::ErrorCode::kInvalidArgument,
                      std::format("{} pictures, none with another of the same person {} s away: lower min-gap",
                                  samples.size(), options.min_gap.seconds()));
  }
  scores.people = people.size();
  scores.rank1 /= static_cast<double>(scores.queries);
  scores.map /= static_cast<double>(scores.queries);
  return scores;
}

std::string to_text(const ReidScores& scores) {
  return std::format("{} people, {} pictures asked for: rank-1 {:.3f}, mAP {:.3f}", scores.people, scores.queries,
                     scores.rank1, scores.map);
}

std::string to_json(const ReidScores& scores) {
  return nlohmann::json{{"people", scores.people}, {"queries", scores.queries}, {"rank1", scores.rank1}, {"map", scores.map}}
      .dump();
}

}  // namespace vigil::learn
