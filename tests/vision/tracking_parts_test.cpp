// What a tracker is made of: assignment, filter, gallery, options, history.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.h"
#include "vision/appearance_gallery.h"
#include "vision/assignment.h"
#include "vision/box_filter.h"
#include "vision/track_history.h"
#include "vision/tracker.h"
#include "vision/tracker_options.h"

namespace vigil::vision {
namespace {

using core::Box;
using core::MediaDuration;
using core::MediaTime;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Most pairs first, then least cost, by trying every order of the longer side.
std::pair<std::size_t, double> best_by_trying(const CostMatrix& costs) {
  const bool tall = costs.rows() > costs.columns();
  std::vector<std::size_t> order(std::max(costs.rows(), costs.columns()));
  std::iota(order.begin(), order.end(), 0);
  std::pair<std::size_t, double> best{0, 0};
  do {
    std::size_t pairs = 0;
    double sum = 0;
    for (std::size_t i = 0; i < std::min(costs.rows(), costs.columns()); ++i) {
      const double cost = tall ? costs(order[i], i) : costs(i, order[i]);
      if (cost == CostMatrix::kForbidden) continue;
      ++pairs;
      sum += cost;
    }
    if (pairs > best.first || (pairs == best.first && sum < best.second)) best = {pairs, sum};
  } while (std::ranges::next_permutation(order).found);
  return best;
}

TEST(Assignment, is_as_good_as_the_best_of_all_orders) {
  core::Rng rng = core::make_rng({7});
  for (int round = 0; round < 400; ++round) {
    const auto rows = static_cast<std::size_t>(core::uniform_int(rng, 1, 6));
    const auto columns = static_cast<std::size_t>(core::uniform_int(rng, 1, 6));
    const double forbidden = round % 3 == 0 ? 0 : core::uniform(rng, 0, 0.9);
    CostMatrix costs(rows, columns);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        // Small whole numbers make many ties; some rounds have negative costs.
        if (!core::chance(rng, forbidden)) costs(row, column) = static_cast<double>(core::uniform_int(rng, -5, 20));
      }
    }
    const auto pairs = assign(costs);
    double sum = 0;
    for (const auto [row, column] : pairs) {
      ASSERT_NE(costs(row, column), CostMatrix::kForbidden);
      sum += costs(row, column);
    }
    const auto [most, least] = best_by_trying(costs);
    ASSERT_EQ(pairs.size(), most) << "round " << round;
    ASSERT_DOUBLE_EQ(sum, least) << "round " << round;
  }
}

TEST(Assignment, pairs_each_row_and_column_at_most_once_in_rising_order) {
  core::Rng rng = core::make_rng({8});
  CostMatrix costs(60, 40);
  for (std::size_t row = 0; row < 60; ++row) {
    for (std::size_t column = 0; column < 40; ++column) costs(row, column) = core::uniform(rng, 0, 1);
  }
  const auto pairs = assign(costs);
  ASSERT_EQ(pairs.size(), 40U);
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(pairs[i - 1].row, pairs[i].row);
    }
    columns.push_back(pairs[i].column);
  }
  std::ranges::sort(columns);
  EXPECT_TRUE(std::ranges::adjacent_find(columns) == columns.end());
}

TEST(Assignment, of_nothing_or_of_forbidden_pairs_alone_is_empty) {
  EXPECT_THAT(assign(CostMatrix(0, 0)), IsEmpty());
  EXPECT_THAT(assign(CostMatrix(0, 3)), IsEmpty());
  EXPECT_THAT(assign(CostMatrix(3, 0)), IsEmpty());
  EXPECT_THAT(assign(CostMatrix(3, 2)), IsEmpty());
}

TEST(Assignment, in_memory_that_is_used_again_is_the_same) {
  core::Rng rng = core::make_rng({9});
  CostMatrix costs;
  Assigner assigner;
  for (int round = 0; round < 200; ++round) {
    costs.reset(static_cast<std::size_t>(core::uniform_int(rng, 0, 9)),
                static_cast<std::size_t>(core::uniform_int(rng, 0, 9)));
    for (std::size_t row = 0; row < costs.rows(); ++row) {
      for (std::size_t column = 0; column < costs.columns(); ++column) {
        EXPECT_EQ(costs(row, column), CostMatrix::kForbidden);
        if (core::chance(rng, 0.6)) costs(row, column) = core::uniform(rng, -1, 1);
      }
    }
    const auto pairs = assigner.assign(costs);
    ASSERT_THAT(assign(costs), testing::ElementsAreArray(pairs)) << round;
  }
}

TEST(Assignment, prefers_two_dear_pairs_to_one_cheap_one) {
  CostMatrix costs(2, 2);
  costs(0, 0) = 0;
  costs(0, 1) = 1000;
  costs(1, 0) = 1000;
  EXPECT_THAT(assign(costs), ElementsAre(Pair{0, 1}, Pair{1, 0}));
}

constexpr Box kPerson{.left = 90, .top = 100, .width = 40, .height = 100};

Box moved(Box box, float x, float y = 0) {
  box.left += x;
  box.top += y;
  return box;
}

TEST(BoxFilter, begins_where_the_person_was_seen_and_at_rest) {
  BoxFilter filter(kPerson, {});
  filter.predict(1);
  const Box box = filter.box();
  EXPECT_FLOAT_EQ(box.left, kPerson.left);
  EXPECT_FLOAT_EQ(box.top, kPerson.top);
  EXPECT_FLOAT_EQ(box.width, kPerson.width);
  EXPECT_FLOAT_EQ(box.height, kPerson.height);
}

TEST(BoxFilter, first_update_goes_four_fifths_of_the_way) {
  BoxFilter filter(kPerson, {});
  filter.update(moved(kPerson, 10));  // variances 4 r² and r²: a gain of 4 / (4 + 1)
  EXPECT_NEAR(filter.box().center_x(), kPerson.center_x() + 8, 1e-4);
  EXPECT_NEAR(filter.box().center_y(), kPerson.center_y(), 1e-4);
}

TEST(BoxFilter, distance_is_the_innovation_over_the_predicted_variance) {
  const MotionNoise noise{.position = 0.2, .acceleration = 0.7, .measurement = 0.05, .first_speed = 0.5};
  BoxFilter filter(kPerson, noise);
  const double seconds = 0.4;
  filter.predict(seconds);
  const double height = kPerson.height;
  const auto squared = [](double value) { return value * value; };
  const double measured = squared(noise.measurement * height);
  const double variance = 4 * measured + squared(noise.first_speed * height * seconds) +
                          squared(noise.position * height) * seconds +
                          squared(noise.acceleration * height) * seconds * seconds * seconds / 3;
  EXPECT_NEAR(filter.distance(moved(kPerson, 12)), 144 / (variance + measured), 1e-5);
  EXPECT_NEAR(filter.distance(moved(kPerson, 12, 9)), (144 + 81) / (variance + measured), 1e-5);
  EXPECT_NEAR(filter.distance(kPerson), 0, 1e-6);
}

TEST(BoxFilter, surprise_is_less_for_who_is_surely_there_and_more_for_who_is_surely_not) {
  BoxFilter sure(kPerson, {});
  for (int i = 0; i < 10; ++i) {
    sure.predict(0.1);
    sure.update(kPerson);
  }
  BoxFilter lost = sure;
  lost.predict(2);
  EXPECT_LT(sure.surprise(moved(kPerson, 3)), lost.surprise(moved(kPerson, 3)));
  EXPECT_GT(sure.distance(moved(kPerson, 3)), lost.distance(moved(kPerson, 3))) << "which distance alone gets wrong";
  EXPECT_GT(sure.surprise(moved(kPerson, 150)), lost.surprise(moved(kPerson, 150)));
  // Variances of a detection and of the first place are 1 to 4: a factor of 5 along each axis.
  EXPECT_NEAR(BoxFilter(kPerson, {}).surprise(kPerson), 4 * std::log(5), 1e-5);
}

TEST(BoxFilter, two_short_steps_are_one_long_step) {
  BoxFilter once(kPerson, {});
  once.update(moved(kPerson, 5, 3));
  once.predict(0.1);
  once.update(moved(kPerson, 9, 4));
  BoxFilter twice = once;
  once.predict(0.5);
  twice.predict(0.2);
  twice.predict(0.3);
  EXPECT_NEAR(once.box().left, twice.box().left, 1e-3);
  const Box seen = moved(kPerson, 40, -10);
  // The noise is a share of the height, which itself moved on by a little in between.
  EXPECT_NEAR(once.distance(seen) / twice.distance(seen), 1, 0.01);
}

TEST(BoxFilter, learns_a_steady_speed_at_any_frame_rate) {
  core::Rng rng = core::make_rng({3});
  BoxFilter filter(kPerson, {});
  double time = 0;
  for (int i = 0; i < 200; ++i) {
    const double step = core::uniform(rng, 0.02, 0.2);
    time += step;
    filter.predict(step);
    filter.update(moved(kPerson, static_cast<float>(60 * time), static_cast<float>(-20 * time)));
  }
  EXPECT_NEAR(filter.velocity_x(), 60, 0.5);
  EXPECT_NEAR(filter.velocity_y(), -20, 0.5);
  filter.predict(2);
  EXPECT_NEAR(filter.box().center_x(), kPerson.center_x() + 60 * (time + 2), 2);
}

TEST(BoxFilter, holds_the_size_while_coasting_and_is_never_empty) {
  BoxFilter filter(kPerson, {});
  Box shrinking = kPerson;
  for (int i = 0; i < 20; ++i) {
    shrinking.height -= 4;
    shrinking.width -= 1.6F;
    filter.predict(0.1);
    filter.update(shrinking);
  }
  const Box seen = filter.box();
  BoxFilter coasting = filter;
  coasting.coast(3);
  EXPECT_FLOAT_EQ(coasting.box().height, seen.height);
  filter.predict(100);
  EXPECT_FALSE(filter.box().empty());
}

Embedding of_length_1(Embedding embedding) {
  EXPECT_TRUE(normalize(embedding));
  return embedding;
}

TEST(AppearanceGallery, distance_is_the_least_cosine_distance_to_what_is_kept) {
  AppearanceGallery gallery(10);
  gallery.add(of_length_1({2, 0}));
  EXPECT_NEAR(gallery.distance(std::array{1.0F, 0.0F}), 0, 1e-6);
  EXPECT_NEAR(gallery.distance(std::array{0.0F, 1.0F}), 1, 1e-6);
  EXPECT_NEAR(gallery.distance(std::array{-1.0F, 0.0F}), 2, 1e-6);
  gallery.add(of_length_1({3, 3}));
  EXPECT_NEAR(gallery.distance(std::array{0.0F, 1.0F}), 1 - std::sqrt(0.5), 1e-6);
}

TEST(AppearanceGallery, keeps_no_more_than_its_budget_the_newest_in_place_of_the_oldest) {
  AppearanceGallery gallery(3);
  const auto direction = [](std::size_t i) {
    Embedding embedding(16, 0.0F);
    embedding[i] = 1;
    return embedding;
  };
  for (std::size_t i = 0; i < 8; ++i) {
    gallery.add(direction(i));
    EXPECT_EQ(gallery.size(), std::min<std::size_t>(i + 1, 3));
  }
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(gallery.distance(direction(i)), i < 5 ? 1 : 0, 1e-6) << i;
}

TEST(AppearanceGallery, what_has_no_direction_is_no_embedding) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const Embedding& none : {Embedding{}, Embedding{0, 0}, Embedding{1, kNan}, Embedding{1, kInfinity}}) {
    Embedding embedding = none;
    EXPECT_FALSE(normalize(embedding));
  }
}

TEST(TrackerOptions, out_of_range_names_the_option_the_value_and_the_range) {
  const auto message = [](auto change) {
    TrackerOptions options;
    change(options);
    const auto valid = options.validate();
    return valid ? std::string("valid") : valid.error().message;
  };
  EXPECT_EQ(message([](auto&) {}), "valid");
  EXPECT_EQ(message([](auto& o) { o.min_score = 1.5; }), "min-score = 1.5: must lie in 0 to 1");
  EXPECT_THAT(message([](auto& o) { o.min_new_score = -1; }), HasSubstr("min-new-score = -1"));
  EXPECT_THAT(message([](auto& o) { o.min_low_score = 0.7; }), HasSubstr("min-low-score = 0.7"));
  EXPECT_THAT(message([](auto& o) { o.n_init = 0; }), HasSubstr("n-init = 0"));
  EXPECT_THAT(message([](auto& o) { o.max_age = MediaDuration::from_seconds(-1); }), HasSubstr("max-age = -1"));
  EXPECT_THAT(message([](auto& o) { o.min_iou = 0; }), HasSubstr("min-iou = 0"));
  EXPECT_THAT(message([](auto& o) { o.min_low_score_iou = 2; }), HasSubstr("min-low-score-iou = 2"));
  EXPECT_THAT(message([](auto& o) { o.gate = -1; }), HasSubstr("gate = -1"));
  EXPECT_THAT(message([](auto& o) { o.max_cosine_distance = 3; }), HasSubstr("max-cosine-distance = 3"));
  EXPECT_THAT(message([](auto& o) { o.lambda = std::nan(""); }), HasSubstr("lambda = nan"));
  EXPECT_THAT(message([](auto& o) { o.gallery_budget = 0; }), HasSubstr("gallery-budget = 0"));
  EXPECT_THAT(message([](auto& o) { o.motion_weight = -1; }), HasSubstr("motion-weight = -1"));
  EXPECT_THAT(message([](auto& o) { o.momentum = 2; }), HasSubstr("momentum = 2"));
  EXPECT_THAT(message([](auto& o) { o.momentum_span = MediaDuration(); }), HasSubstr("momentum-span = 0"));
  EXPECT_THAT(message([](auto& o) { o.max_people = 0; }), HasSubstr("max-people = 0"));
  EXPECT_THAT(message([](auto& o) { o.noise.position = 0; }), HasSubstr("noise.position = 0"));
}

core::Track seen_at(double seconds, std::int64_t id, core::TrackState state, float left = 0) {
  return {.id = id,
          .state = state,
          .box = {.left = left, .top = 0, .width = 10, .height = 20},
          .time = MediaTime::from_seconds(seconds),
          .first_seen = {},
          .last_seen = {},
          .detection = 0};
}

// What comes out, frame by frame, of all frames.
std::vector<FrameTracks> played(TrackHistory& history, const std::vector<std::vector<core::Track>>& frames) {
  std::vector<FrameTracks> all;
  const auto take = [&](std::vector<FrameTracks> out) { std::ranges::move(out, std::back_inserter(all)); };
  for (std::size_t i = 0; i < frames.size(); ++i) {
    take(history.add(frames[i], MediaTime::from_seconds(static_cast<double>(i))));
  }
  take(history.finish());
  return all;
}

TEST(TrackHistory, holds_what_came_before_the_confirmation_and_only_of_people_who_were_believed) {
  TrackHistory history({.delay = MediaDuration::from_seconds(1)});
  using enum core::TrackState;
  const auto all = played(history, {{seen_at(0, 2, kTentative), seen_at(0, 1, kTentative)},
                                    {seen_at(1, 1, kConfirmed), seen_at(1, 2, kDeleted)},
                                    {seen_at(2, 3, kTentative)}});
  ASSERT_EQ(all.size(), 3U) << "every frame comes out once";
  ASSERT_EQ(all[0].tracks.size(), 1U);
  EXPECT_EQ(all[0].tracks[0].id, 1);
  EXPECT_EQ(all[1].tracks.size(), 1U);
  EXPECT_TRUE(all[2].tracks.empty());
}

TEST(TrackHistory, frames_come_out_when_they_are_as_old_as_the_delay) {
  TrackHistory history({.delay = MediaDuration::from_seconds(1)});
  using enum core::TrackState;
  const auto add = [&](double time, core::TrackState state) {
    return history.add(std::array{seen_at(time, 1, state)}, MediaTime::from_seconds(time));
  };
  EXPECT_TRUE(add(0, kTentative).empty());
  EXPECT_TRUE(add(1, kTentative).empty());
  const auto first = add(2, kTentative);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(first[0].tracks.empty()) << "not believed within the delay";
  const auto second = add(3, kConfirmed);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].time, MediaTime::from_seconds(1));
  EXPECT_EQ(second[0].tracks.size(), 1U);
}

TEST(TrackHistory, is_used_as_its_header_shows) {
  auto tracker = Tracker::create({});
  ASSERT_TRUE(tracker);
  const std::vector<core::Detection> detections = {
      {.box = {.left = 10, .top = 10, .width = 20, .height = 60}, .score = 0.9F}};
  TrackHistory history({.delay = MediaDuration::from_seconds(2)});
  std::size_t people = 0;
  for (int i = 0; i < 50; ++i) {
    const MediaTime time = MediaTime::from_seconds(i * 0.1);
    for (const FrameTracks& past : history.add(tracker->update(time, detections), time)) people += past.tracks.size();
  }
  for (const FrameTracks& past : history.finish()) people += past.tracks.size();
  EXPECT_EQ(people, 50U);
}

TEST(TrackHistory, fills_gaps_of_at_most_the_length_asked_for_by_straight_lines) {
  const auto run = [](double longest) {
    using enum core::TrackState;
    TrackHistory history({.delay = MediaDuration::from_seconds(10), .fill_gaps = MediaDuration::from_seconds(longest)});
    const auto lost_at = [](double time) {
      core::Track lost = seen_at(time, 1, kLost, 500);
      lost.detection.reset();
      return lost;
    };
    return played(history, {{seen_at(0, 1, kConfirmed, 0)}, {lost_at(1)}, {lost_at(2)}, {seen_at(3, 1, kConfirmed, 60)}});
  };
  for (const double too_short : {0.0, 2.9}) {
    const auto frames = run(too_short);
    EXPECT_TRUE(frames[1].tracks.empty() && frames[2].tracks.empty()) << too_short;
  }
  const auto filled = run(3);
  ASSERT_EQ(filled.size(), 4U);
  ASSERT_EQ(filled[1].tracks.size(), 1U);
  ASSERT_EQ(filled[2].tracks.size(), 1U);
  EXPECT_FLOAT_EQ(filled[1].tracks[0].box.left, 20);
  EXPECT_FLOAT_EQ(filled[2].tracks[0].box.left, 40);
  EXPECT_EQ(filled[2].tracks[0].state, core::TrackState::kLost);
  EXPECT_FALSE(filled[2].tracks[0].detection);
}

}  // namespace
}  // namespace vigil::vision
