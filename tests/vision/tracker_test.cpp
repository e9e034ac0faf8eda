#include "vision/tracker.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.h"
#include "support/allocations.h"

namespace vigil::vision {
namespace {

using core::Box;
using core::Detection;
using core::MediaDuration;
using core::MediaTime;
using core::Track;
using core::TrackState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr float kWidth = 40;
constexpr float kHeight = 100;

struct Point {
  float x = 0;
  float y = 0;
};

// Somebody who walks through the scene; where at which second, and whether the detector sees it.
struct Walker {
  std::function<Point(double seconds)> place;
  std::function<float(double seconds)> score = [](double) { return 0.9F; };  // 0: not detected
  Embedding look = {};
};

Walker straight(Point from, float speed_x, float speed_y = 0) {
  return {.place = [=](double t) {
    return Point{from.x + speed_x * static_cast<float>(t), from.y + speed_y * static_cast<float>(t)};
  }};
}

Walker hidden(Walker walker, double from, double to, float score = 0) {
  const auto before = walker.score;
  walker.score = [=](double t) { return t >= from && t < to ? score : before(t); };
  return walker;
}

Box box_at(Point center) {
  return {.left = center.x - kWidth / 2, .top = center.y - kHeight / 2, .width = kWidth, .height = kHeight};
}

std::vector<double> every(double step, double end) {
  std::vector<double> times;
  for (int i = 0; i * step < end; ++i) times.push_back(i * step);
  return times;
}

// What came of a scene: which tracks each walker was confirmed as, and all that the tracker said.
struct Story {
  std::vector<std::set<std::int64_t>> identities;  // by walker
  std::vector<std::vector<Track>> frames;
};

Story play(const std::vector<Walker>& walkers, const std::vector<double>& times, const TrackerOptions& options = {}) {
  auto tracker = Tracker::create(options);
  EXPECT_TRUE(tracker);
  Story story{.identities = std::vector<std::set<std::int64_t>>(walkers.size()), .frames = {}};
  for (const double time : times) {
    std::vector<Detection> detections;
    std::vector<Embedding> looks;
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < walkers.size(); ++i) {
      const float score = walkers[i].score(time);
      if (score == 0) continue;
      detections.push_back({.box = box_at(walkers[i].place(time)), .score = score});
      looks.push_back(walkers[i].look);
      who.push_back(i);
    }
    const auto& tracks = story.frames.emplace_back(tracker->update(MediaTime::from_seconds(time), detections, looks));
    for (const Track& track : tracks) {
      if (track.state == TrackState::kConfirmed) story.identities[who.at(track.detection.value())].insert(track.id);
    }
  }
  return story;
}

TEST(Tracker, follows_as_its_header_shows) {
  struct {
    MediaTime pts() const { return MediaTime::from_seconds(1); }
  } frame;
  const std::vector<Detection> detections = {{.box = box_at({100, 100}), .score = 0.9F}};
  const std::vector<Embedding> embeddings = {{1, 2, 3}};
  std::vector<std::int64_t> drawn;
  const auto draw = [&](std::int64_t id, const Box&) { drawn.push_back(id); };

  auto tracker = Tracker::create({.n_init = 1, .max_age = core::MediaDuration::from_seconds(3)});
  for (const core::Track& track : tracker->update(frame.pts(), detections, embeddings)) {
    if (track.state == core::TrackState::kConfirmed) draw(track.id, track.box);
  }

  EXPECT_THAT(drawn, ElementsAre(1));
}

TEST(Tracker, begins_tentative_and_believes_after_n_init_frames) {
  const Story story = play({straight({100, 100}, 50)}, every(0.1, 0.5), {.n_init = 3});
  std::vector<TrackState> states;
  for (const auto& frame : story.frames) {
    ASSERT_THAT(frame, SizeIs(1));
    EXPECT_EQ(frame[0].id, 1);
    EXPECT_EQ(frame[0].first_seen, MediaTime());
    states.push_back(frame[0].state);
  }
  using enum TrackState;
  EXPECT_THAT(states, ElementsAre(kTentative, kTentative, kConfirmed, kConfirmed, kConfirmed));
}

TEST(Tracker, never_believes_a_detection_that_comes_alone) {
  const Story story = play({hidden(straight({100, 100}, 0), 0.2, 9)}, every(0.1, 1));
  EXPECT_THAT(story.identities[0], IsEmpty());
  EXPECT_EQ(story.frames[2].at(0).state, TrackState::kDeleted);
  EXPECT_THAT(story.frames[3], IsEmpty()) << "a deleted track is given once";
}

TEST(Tracker, keeps_identity_through_short_occlusion) {
  const Story story = play({hidden(straight({100, 100}, 80), 1.5, 2.4)}, every(0.04, 5));
  EXPECT_THAT(story.identities[0], ElementsAre(1));
  const Track& lost = story.frames[55].at(0);  // at 2.2 s
  EXPECT_EQ(lost.state, TrackState::kLost);
  EXPECT_FALSE(lost.detection);
  EXPECT_LT(lost.last_seen, MediaTime::from_seconds(1.5));
  EXPECT_NEAR(lost.box.center_x(), 100 + 80 * 2.2, 10) << "the box goes on where the person should be";
}

TEST(Tracker, gives_a_track_up_after_max_age) {
  const Walker leaves = hidden(straight({100, 100}, 0), 1, 4);
  const auto identities = [&](double max_age) {
    return play({leaves}, every(0.1, 6), {.max_age = MediaDuration::from_seconds(max_age)}).identities[0];
  };
  EXPECT_THAT(identities(3.5), ElementsAre(1));
  EXPECT_THAT(identities(2), ElementsAre(1, 2));
}

TEST(Tracker, tells_crossing_people_apart) {
  // They pass each other close enough for the boxes to cover each other all but whole; the one behind is not seen for a
  // while.
  const Story story = play(
      {straight({100, 200}, 90), hidden(straight({460, 205}, -90), 1.8, 2.3), straight({284, 20}, 0, 90)}, every(0.1, 4));
  EXPECT_THAT(story.identities[0], SizeIs(1));
  EXPECT_THAT(story.identities[1], SizeIs(1));
  EXPECT_THAT(story.identities[2], SizeIs(1));
  EXPECT_NE(story.identities[0], story.identities[1]);
}

TEST(Tracker, plain_overlap_loses_who_moves_more_than_half_a_width_between_frames) {
  const std::vector<Walker> runner = {straight({100, 100}, 300)};
  const auto times = every(0.1, 3);  // 30 of 40 pixels a frame
  EXPECT_THAT(play(runner, times, {.motion = false}).identities[0], IsEmpty());
  const std::vector<Walker> starter = {{.place = [](double t) {
    return Point{100 + 100 * static_cast<float>(t * t), 100};  // faster and faster: 22 pixels a frame after 1.1 s
  }}};
  const auto last_followed = [&](bool motion) {
    const Story story = play(starter, times, {.motion = motion});
    EXPECT_THAT(story.identities[0], ElementsAre(1));
    MediaTime last;
    for (const auto& frame : story.frames) {
      for (const Track& track : frame) {
        if (track.state == TrackState::kConfirmed) last = track.time;
      }
    }
    return last.seconds();
  };
  EXPECT_NEAR(last_followed(false), 1.1, 0.15);
  EXPECT_NEAR(last_followed(true), times.back(), 1e-6);
}

TEST(Tracker, follows_the_clock_of_the_stream_and_not_the_number_of_frames) {
  core::Rng rng = core::make_rng({5});
  std::vector<double> times;
  for (double t = 0; t < 6; t += core::uniform(rng, 0.02, 0.25)) times.push_back(t);
  const Story story = play({straight({100, 100}, 90), straight({700, 160}, -90)}, times);
  EXPECT_THAT(story.identities[0], ElementsAre(1));
  EXPECT_THAT(story.identities[1], ElementsAre(2));
  const auto after_pause = [](double pause) {  // where a person is expected after a pause in the stream
    std::vector<double> clock = every(0.1, 2);
    clock.push_back(clock.back() + pause);
    const Story paused = play({hidden(straight({100, 100}, 60), 1.95, 9)}, clock);
    return paused.frames.back().at(0).box.center_x();
  };
  EXPECT_NEAR(after_pause(1) - after_pause(0.5), 30, 1.5);
}

TEST(Tracker, re_update_believes_the_line_between_the_detections_after_a_gap) {
  // Walks to the right, stops while nobody looks, and is seen once more where it was lost.
  const auto speed_after = [](double gap, bool re_update) {
    const auto stops = [](double t) { return Point{100 + 60 * static_cast<float>(std::min(t, 1.4)), 100}; };
    const Walker walker = hidden(hidden({.place = stops}, 1.45, 1.35 + gap), 1.45 + gap, 9);
    std::vector<double> times = every(0.1, 1.45 + gap);
    times.push_back(times.back() + 0.5);
    const Story story = play({walker}, times, {.re_update = re_update});
    EXPECT_THAT(story.identities[0], ElementsAre(1)) << gap;
    const auto& seen = story.frames[story.frames.size() - 2].at(0);
    EXPECT_TRUE(seen.detection) << gap;
    return std::abs(story.frames.back().at(0).box.center_x() - seen.box.center_x()) / 0.5;
  };
  for (const double gap : {0.6, 1.0, 1.4, 1.8}) EXPECT_LT(speed_after(gap, true), speed_after(gap, false)) << gap;
  EXPECT_LT(speed_after(1, true), 0.5 * speed_after(1, false));
}

TEST(Tracker, recovers_who_stopped_while_hidden) {
  const auto stops = [](double t) { return Point{100 + 90 * static_cast<float>(std::min(t, 1.5)), 100}; };
  const std::vector<Walker> walker = {hidden({.place = stops}, 1.55, 2.45)};  // expected a width and more further on
  EXPECT_THAT(play(walker, every(0.1, 4)).identities[0], ElementsAre(1));
  EXPECT_THAT(play(walker, every(0.1, 4), {.recover = false}).identities[0], ElementsAre(1, 2));
}

// A track that has walked along for a second sees two detections at once: which is it?
std::optional<std::size_t> chosen_of(Point first, Point second, const TrackerOptions& options) {
  auto tracker = Tracker::create(options);
  for (int i = 0; i < 10; ++i) {
    const Point place{100 + 10 * static_cast<float>(i), 100};
    tracker->update(MediaTime::from_seconds(i * 0.1), std::vector<Detection>{{.box = box_at(place), .score = 0.9F}});
  }
  const std::vector<Detection> both = {{.box = box_at(first), .score = 0.9F}, {.box = box_at(second), .score = 0.9F}};
  return tracker->update(MediaTime::from_seconds(1), both).at(0).detection;
}

TEST(Tracker, momentum_keeps_the_course) {
  // Expected at 200. Back by 10, or on by 13 in the direction of the course.
  EXPECT_EQ(chosen_of({190, 100}, {213, 100}, {.motion_weight = 0, .momentum = 0}), 0U);
  EXPECT_EQ(chosen_of({150, 140}, {213, 100}, {.min_iou = 0.05, .motion_weight = 0, .momentum = 1}), 1U);
}

TEST(Tracker, motion_weight_prefers_the_likelier_place_to_the_larger_overlap) {
  // A box of half the height covers the expected one well; people do not shrink like that.
  const auto chosen = [](double motion_weight) {
    auto tracker = Tracker::create({.motion_weight = motion_weight, .momentum = 0});
    for (int i = 0; i < 10; ++i) {
      tracker->update(MediaTime::from_seconds(i * 0.1), std::vector<Detection>{{.box = box_at({100, 100}), .score = 0.9F}});
    }
    Box low = box_at({100, 100});
    low.height *= 0.62F;
    const std::vector<Detection> both = {{.box = low, .score = 0.9F}, {.box = box_at({111, 100}), .score = 0.9F}};
    return tracker->update(MediaTime::from_seconds(1), both).at(0).detection;
  };
  EXPECT_EQ(chosen(0), 0U);
  EXPECT_EQ(chosen(0.1), 1U);
}

TEST(Tracker, of_two_who_may_be_a_detection_the_one_seen_last_is) {
  // One is lost at 200; another comes by and walks over the very place.
  Walker lost = hidden(straight({200, 100}, 0), 1, 9);
  Walker passing = straight({20, 100}, 90);
  const Story story = play({lost, passing}, every(0.1, 3));
  EXPECT_THAT(story.identities[1], ElementsAre(2));
}

TEST(Tracker, low_scores_continue_a_track_and_begin_none) {
  const std::vector<Walker> fades = {hidden(straight({100, 100}, 60), 1, 4, 0.2F)};
  const auto times = every(0.1, 5);
  const Story with = play(fades, times);
  EXPECT_THAT(with.identities[0], ElementsAre(1));
  EXPECT_EQ(with.frames[30].at(0).state, TrackState::kConfirmed);
  EXPECT_FLOAT_EQ(with.frames[30].at(0).score, 0.2F);
  const Story without = play(fades, times, {.min_low_score = 0.5});
  EXPECT_EQ(without.frames[20].at(0).state, TrackState::kLost);
  const Story faint = play({hidden(straight({100, 100}, 60), 0, 9, 0.2F)}, times);
  for (const auto& frame : faint.frames) EXPECT_THAT(frame, IsEmpty());
}

TEST(Tracker, a_track_begins_at_a_higher_score_than_it_goes_on_with) {
  const auto identities = [](float first, float later) {
    const Walker walker = hidden(hidden(straight({100, 100}, 60), 0, 0.25, first), 0.25, 9, later);
    return play({walker}, every(0.1, 3), {.min_new_score = 0.7, .min_score = 0.4, .min_low_score = 0.4}).identities[0];
  };
  EXPECT_THAT(identities(0.75F, 0.45F), ElementsAre(1));
  EXPECT_THAT(identities(0.65F, 0.65F), IsEmpty());
}

// Two people who meet, are both hidden, and go back the way they came: by motion alone they would be taken for each other.
std::vector<Walker> meet_and_part(bool with_looks) {
  const auto back = [](float start, float speed) {
    return [=](double t) {
      const double way = t < 1.5 ? t : 3 - t;
      return Point{start + speed * static_cast<float>(way), 100};
    };
  };
  Walker left = hidden({.place = back(100, 80)}, 1.2, 1.8);
  Walker right = hidden({.place = back(340, -80)}, 1.2, 1.8);
  if (with_looks) {
    left.look = {0.9F, 0.1F, 0.2F};
    right.look = {0.1F, 0.9F, 0.2F};
  }
  return {left, right};
}

TEST(Tracker, knows_people_by_their_looks_where_motion_misleads) {
  const Story story = play(meet_and_part(true), every(0.1, 3));
  EXPECT_THAT(story.identities[0], ElementsAre(1));
  EXPECT_THAT(story.identities[1], ElementsAre(2));
}

TEST(Tracker, lambda_weighs_motion_against_appearance) {
  // One track; two detections within all gates: one nearer, one more alike.
  const auto chosen = [](double lambda) {
    auto tracker = Tracker::create({.max_cosine_distance = 0.5, .lambda = lambda});
    const Embedding look = {1, 0};
    const Detection seen{.box = box_at({100, 100}), .score = 0.9F};
    for (int i = 0; i < 5; ++i)
      tracker->update(MediaTime::from_seconds(i * 0.1), std::vector<Detection>{seen}, std::vector<Embedding>{look});
    const std::vector<Detection> both = {{.box = box_at({102, 100}), .score = 0.9F},
                                         {.box = box_at({112, 100}), .score = 0.9F}};
    const auto tracks = tracker->update(MediaTime::from_seconds(0.5), both, std::vector<Embedding>{{0.8F, 0.6F}, look});
    return tracks.at(0).detection;
  };
  EXPECT_EQ(chosen(1), 0U);
  EXPECT_EQ(chosen(0), 1U);
}

TEST(Tracker, looks_weigh_in_where_place_leaves_a_choice) {
  // One track; two detections that overlap it: one nearer, one more alike.
  const auto chosen = [](double weight) {
    auto tracker = Tracker::create({.appearance_first = false, .appearance_weight = weight});
    const Embedding look = {1, 0};
    const Detection seen{.box = box_at({100, 100}), .score = 0.9F};
    for (int i = 0; i < 5; ++i)
      tracker->update(MediaTime::from_seconds(i * 0.1), std::vector<Detection>{seen}, std::vector<Embedding>{look});
    const std::vector<Detection> both = {{.box = box_at({101, 100}), .score = 0.9F},
                                         {.box = box_at({106, 100}), .score = 0.9F}};
    return tracker->update(MediaTime::from_seconds(0.5), both, std::vector<Embedding>{{0, 1}, look}).at(0).detection;
  };
  EXPECT_EQ(chosen(0), 0U);
  EXPECT_EQ(chosen(2), 1U);
}

TEST(Tracker, does_not_take_a_stranger_for_who_was_lost) {
  // Somebody leaves; another in other clothes comes to the same place, within all gates of motion.
  const auto identities = [](double max_cosine_distance) {
    Walker gone = hidden(straight({100, 100}, 0), 1, 9);
    Walker stranger = hidden(straight({100, 160}, 0), 0, 1.2);
    gone.look = {1, 0, 0};
    stranger.look = {0.6F, 0.8F, 0};  // a cosine distance of 0.4
    return play({gone, stranger}, every(0.1, 3), {.max_cosine_distance = max_cosine_distance, .recover = false})
        .identities[1];
  };
  EXPECT_THAT(identities(0.3), ElementsAre(2));
  EXPECT_THAT(identities(0.5), ElementsAre(1));
}

TEST(Tracker, a_detection_without_embedding_is_still_followed) {
  std::vector<Walker> walkers = meet_and_part(true);
  walkers[1].look = {};
  walkers[0].look = {0, 0, 0};  // no direction, so no embedding either
  walkers.push_back(straight({100, 400}, 50));
  walkers.back().look = {1, 1, 1};
  const Story story = play(walkers, every(0.1, 1));
  for (const auto& identities : story.identities) EXPECT_THAT(identities, SizeIs(1));
}

TEST(Tracker, follows_many_people_at_once) {
  core::Rng rng = core::make_rng({11});
  std::vector<Walker> walkers;
  for (int row = 0; row < 10; ++row) {
    for (int column = 0; column < 20; ++column) {
      const float speed = static_cast<float>(core::uniform(rng, 15, 25));
      walkers.push_back(straight({static_cast<float>(100 * column), static_cast<float>(150 * row)}, speed));
    }
  }
  const Story story = play(walkers, every(0.1, 2));
  std::set<std::int64_t> all;
  for (const auto& identities : story.identities) {
    ASSERT_THAT(identities, SizeIs(1));
    all.insert(identities.begin(), identities.end());
  }
  EXPECT_THAT(all, SizeIs(200));
}

// Random boxes, scores and embeddings: nothing stays what it was.
std::vector<std::vector<Track>> play_noise(int frames, const TrackerOptions& options) {
  core::Rng rng = core::make_rng({13});
  auto tracker = Tracker::create(options);
  std::vector<std::vector<Track>> all;
  for (int i = 0; i < frames; ++i) {
    std::vector<Detection> detections;
    std::vector<Embedding> looks;
    for (std::int64_t n = core::uniform_int(rng, 0, 30); n > 0; --n) {
      const auto number = [&](double low, double high) { return static_cast<float>(core::uniform(rng, low, high)); };
      detections.push_back(
          {.box = {.left = number(-50, 300), .top = number(-50, 300), .width = number(1, 90), .height = number(1, 200)},
           .score = number(0, 1)});
      looks.push_back({number(-1, 1), number(-1, 1), number(-1, 1)});
    }
    all.push_back(tracker->update(MediaTime::from_us(40'000 * i + core::uniform_int(rng, 0, 30'000)), detections, looks));
  }
  return all;
}

TEST(Tracker, gives_the_same_answers_for_the_same_calls) {
  const auto once = play_noise(150, {});
  const auto again = play_noise(150, {});
  for (std::size_t i = 0; i < once.size(); ++i) {
    ASSERT_EQ(once[i].size(), again[i].size());
    for (std::size_t k = 0; k < once[i].size(); ++k) {
      ASSERT_EQ(once[i][k].id, again[i][k].id);
      ASSERT_EQ(once[i][k].box, again[i][k].box);
      ASSERT_EQ(once[i][k].detection, again[i][k].detection);
    }
  }
}

TEST(Tracker, holds_no_more_than_max_people_however_wild_the_detections) {
  std::set<std::int64_t> deleted;
  std::int64_t last_id = 0;
  const TrackerOptions options{.n_init = 1, .max_age = MediaDuration::from_seconds(0.2), .max_people = 25};
  for (const auto& tracks : play_noise(600, options)) {
    ASSERT_LE(tracks.size(), 25U);
    std::set<std::size_t> taken;
    for (const Track& track : tracks) {
      ASSERT_FALSE(deleted.contains(track.id)) << "a deleted track came back";
      if (track.state == TrackState::kDeleted) deleted.insert(track.id);
      if (track.detection) {
        ASSERT_TRUE(taken.insert(*track.detection).second) << "one detection, two people";
      }
      ASSERT_TRUE(track.box.finite() && !track.box.empty());
      last_id = std::max(last_id, track.id);
    }
  }
  EXPECT_GT(last_id, 100) << "people come and go all the time";
}

TEST(Tracker, allocates_nothing_but_its_result_once_it_has_seen_as_many) {
  core::Rng rng = core::make_rng({17});
  auto tracker = Tracker::create({.gallery_budget = 5});
  std::vector<Detection> detections(20);
  std::vector<Embedding> looks(20, Embedding(64));
  const auto next = [&](int frame) {
    for (std::size_t i = 0; i < detections.size(); ++i) {
      const auto place = static_cast<float>(100 * i + core::uniform_int(rng, 0, 5));
      const bool faint = frame > 5 && (frame + static_cast<int>(i)) % 9 == 0;
      detections[i] = {.box = box_at({place, 100}), .score = faint ? 0.3F : 0.9F};
      for (float& value : looks[i]) value = static_cast<float>(core::uniform(rng, -1, 1));
    }
    const std::int64_t before = test::allocations();
    const auto tracks = tracker->update(MediaTime::from_seconds(frame * 0.1), detections, looks);
    const std::int64_t made = test::allocations() - before;
    EXPECT_THAT(tracks, SizeIs(20));
    return made;
  };
  for (int frame = 0; frame < 40; ++frame) next(frame);
  for (int frame = 40; frame < 80; ++frame) EXPECT_EQ(next(frame), 1) << frame;
}

TEST(Tracker, leaves_out_boxes_that_are_none) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  auto tracker = Tracker::create({.n_init = 1});
  const std::vector<Detection> detections = {{.box = {.left = kNan, .top = 0, .width = 10, .height = 10}, .score = 0.9F},
                                             {.box = {.width = 0, .height = 10}, .score = 0.9F},
                                             {.box = box_at({100, 100}), .score = kNan},
                                             {.box = box_at({300, 100}), .score = 0.9F}};
  for (int i = 0; i < 3; ++i) {
    const auto tracks = tracker->update(MediaTime::from_seconds(i), detections);
    ASSERT_THAT(tracks, SizeIs(1));
    EXPECT_EQ(tracks[0].detection, 3U) << "places are those of the caller's list";
  }
}

TEST(Tracker, options_out_of_range_are_refused) {
  const auto tracker = Tracker::create({.min_iou = 1.5});
  ASSERT_FALSE(tracker);
  EXPECT_EQ(tracker.error().code, core::ErrorCode::kInvalidArgument);
  EXPECT_THAT(tracker.error().message, HasSubstr("min-iou = 1.5"));
}

}  // namespace
}  // namespace vigil::vision
