#include "behavior/people_scenario.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/random.h"

namespace vigil::test {
namespace {

using core::MediaTime;

struct Point {
  double x = 0;
  double y = 0;
};

struct Waypoint {
  double second = 0;
  Point feet;
};

struct Span {
  double from = 0;
  double to = 0;
  Point shift;

  bool holds(double second) const { return second >= from && second < to; }
};

struct Walker {
  std::int64_t id = 0;
  double height = 80;
  double jitter = 0;
  std::vector<Waypoint> way;
  std::vector<Span> gaps;
  std::vector<Span> glitches;
};

Point read_point(std::istream& words) {
  Point point;
  char comma = 0;
  words >> point.x >> comma >> point.y;
  return point;
}

ExpectedEvent read_event(std::istream& words) {
  ExpectedEvent event;
  char dash = 0;
  std::string of;
  words >> event.rule >> event.begin >> dash >> event.end >> of;
  std::int64_t id = 0;
  for (char comma = 0; words >> id; words >> comma) event.people.push_back(id);
  words.clear(std::ios::eofbit);
  return event;
}

std::chrono::zoned_seconds read_clock(std::istream& words) {
  std::chrono::local_seconds local;
  words >> std::ws >> std::chrono::parse("%Y-%m-%d %H:%M:%S", local);
  return {"Etc/UTC", local};
}

Point feet_at(const Walker& walker, double second) {
  const auto after = std::ranges::lower_bound(walker.way, second, {}, &Waypoint::second);
  Point feet = after->feet;
  if (after != walker.way.begin()) {
    const Waypoint& before = *(after - 1);
    const double share = (second - before.second) / (after->second - before.second);
    feet = {.x = before.feet.x + share * (after->feet.x - before.feet.x),
            .y = before.feet.y + share * (after->feet.y - before.feet.y)};
  }
  for (const Span& glitch : walker.glitches) {
    if (glitch.holds(second)) feet = {.x = feet.x + glitch.shift.x, .y = feet.y + glitch.shift.y};
  }
  return feet;
}

core::TrackedPerson person_at(const Walker& walker, double second, core::Rng& rng) {
  const Point feet = feet_at(walker, second);
  const double half_width = 0.2 * walker.height;
  const auto edge = [&](double value) { return static_cast<float>(value + walker.jitter * core::normal(rng)); };
  const float left = edge(feet.x - half_width);
  const float top = edge(feet.y - walker.height);
  const float right = edge(feet.x + half_width);
  const float bottom = edge(feet.y);
  core::TrackedPerson person;
  person.track.id = walker.id;
  person.track.state = core::TrackState::kConfirmed;
  person.track.box = {.left = left, .top = top, .width = right - left, .height = bottom - top};
  person.track.time = MediaTime::from_seconds(second);
  person.track.score = 0.9F;
  return person;
}

std::vector<core::FramePeople> walk(const std::vector<Walker>& walkers, double fps, double until) {
  core::Rng rng = core::make_rng({1});
  std::vector<core::FramePeople> frames;
  for (int i = 0; i / fps <= until + 1e-9; ++i) {
    const double second = i / fps;
    core::FramePeople& frame = frames.emplace_back();
    frame.time = MediaTime::from_seconds(second);
    for (const Walker& walker : walkers) {
      const bool there = second >= walker.way.front().second && second <= walker.way.back().second;
      const bool hidden = std::ranges::any_of(walker.gaps, [&](const Span& gap) { return gap.holds(second); });
      if (there && !hidden) frame.people.push_back(person_at(walker, second, rng));
    }
  }
  return frames;
}

}  // namespace

PeopleScenario load_people_scenario(const std::filesystem::path& path) {
  std::ifstream file(path);
  PeopleScenario scenario;
  std::vector<Walker> walkers;
  double fps = 10;
  double until = 0;
  std::string line;
  while (std::getline(file, line)) {
    if (line == "rules") {
      while (std::getline(file, line) && line != "end") scenario.rules += line + "\n";
      continue;
    }
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    while (words >> word) {
      Walker* walker = walkers.empty() ? nullptr : &walkers.back();
      if (word == "frame") {
        char by = 0;
        words >> scenario.width_px >> by >> scenario.height_px;
      } else if (word == "fps") {
        words >> fps;
      } else if (word == "until") {
        words >> until;
      } else if (word == "clock") {
        scenario.clock = read_clock(words);
      } else if (word == "within") {
        words >> scenario.within;
      } else if (word == "event") {
        scenario.expected.push_back(read_event(words));
      } else if (word == "person") {
        words >> walkers.emplace_back().id;
      } else if (walker && word == "height") {
        words >> walker->height;
      } else if (walker && word == "jitter") {
        words >> walker->jitter;
      } else if (walker && (word == "gap" || word == "glitch")) {
        Span span;
        words >> span.from >> span.to;
        if (word == "glitch") span.shift = read_point(words);
        (word == "gap" ? walker->gaps : walker->glitches).push_back(span);
      } else if (walker && word.find_first_not_of("0123456789.") == std::string::npos) {
        walker->way.push_back({.second = std::stod(word), .feet = read_point(words)});
        until = std::max(until, walker->way.back().second);
      } else {
        throw std::runtime_error(path.string() + ": cannot follow the word " + word);
      }
      if (words.fail() && !words.eof()) throw std::runtime_error(path.string() + ": cannot follow what is after " + word);
    }
  }
  scenario.frames = walk(walkers, fps, until);
  return scenario;
}

}  // namespace vigil::test
