#include "learn/folds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <format>
#include <limits>
#include <map>

#include "core/random.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

using Counts = std::array<double, 2>;  // clips by label

struct Group {
  std::vector<std::size_t> clips;
  Counts counts{};
};

std::vector<Group> groups_of(const ClipSet& clips, bool ignore_groups) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> index_of;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const ClipItem& clip = clips.get(i);
    const auto [at, is_new] = index_of.emplace(ignore_groups ? std::format("{}", i) : clip.group, groups.size());
    if (is_new) groups.emplace_back();
    Group& group = groups[at->second];
    group.clips.push_back(i);
    group.counts[static_cast<std::size_t>(clip.label)] += 1;
  }
  return groups;
}

// How unevenly the classes lie over the folds: the standard deviation of each class's share, averaged over the classes.
double unevenness(const std::vector<Counts>& folds, const Counts& totals) {
  double sum = 0;
  for (std::size_t label = 0; label < totals.size(); ++label) {
    if (totals[label] == 0) continue;
    double mean = 0;
    double square = 0;
    for (const Counts& fold : folds) {
      const double share = fold[label] / totals[label];
      mean += share;
      square += share * share;
    }
    const auto count = static_cast<double>(folds.size());
    sum += std::sqrt(std::max(0.0, square / count - mean / count * (mean / count)));
  }
  return sum;
}

std::size_t best_fold(std::vector<Counts>& folds, const Group& group, const Counts& totals) {
  std::size_t best = 0;
  std::array<double, 2> best_cost = {std::numeric_limits<double>::infinity(), 0};
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    const Counts before = folds[fold];
    for (std::size_t label = 0; label < totals.size(); ++label) folds[fold][label] += group.counts[label];
    const std::array<double, 2> cost = {unevenness(folds, totals), folds[fold][0] + folds[fold][1]};
    folds[fold] = before;
    if (cost < best_cost) {
      best_cost = cost;
      best = fold;
    }
  }
  for (std::size_t label = 0; label < totals.size(); ++label) folds[best][label] += group.counts[label];
  return best;
}

}  // namespace

Result<std::vector<Fold>> make_folds(const ClipSet& clips, const FoldOptions& options) {
  std::vector<Group> groups = groups_of(clips, options.ignore_groups);
  if (options.count < 2 || static_cast<std::size_t>(options.count) > groups.size()) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} folds: must be at least 2 and at most the number of {}, {}", options.count,
                            options.ignore_groups ? "clips" : "groups", groups.size()));
  }
  Counts totals{};
  for (const Group& group : groups) {
    for (std::size_t label = 0; label < totals.size(); ++label) totals[label] += group.counts[label];
  }
  core::Rng rng = core::make_rng({options.seed, 0x666f6c6473});
  core::shuffle(groups, rng);
  std::ranges::stable_sort(groups, std::ranges::greater(),
                           [](const Group& group) { return std::abs(group.counts[0] - group.counts[1]); });

  std::vector<Counts> held(static_cast<std::size_t>(options.count));
  std::vector<std::size_t> fold_of(clips.size());
  for (const Group& group : groups) {
    const std::size_t fold = best_fold(held, group, totals);
    for (const std::size_t clip : group.clips) fold_of[clip] = fold;
  }
  std::vector<Fold> folds(held.size());
  for (std::size_t clip = 0; clip < fold_of.size(); ++clip) {
    for (std::size_t fold = 0; fold < folds.size(); ++fold) {
      (fold == fold_of[clip] ? folds[fold].test : folds[fold].train).push_back(clip);
    }
  }
  return folds;
}

}  // namespace vigil::learn
