// How long a repository of many events takes to answer: search_bench URL [--events N]. Fills the database when it is new
// (sqlite:PATH or postgresql://…), then asks as people do, and prints for each kind of question the median and the 95th
// percentile in milliseconds.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <format>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <soci/soci.h>

#include "archive/events.h"
#include "core/random.h"

namespace {

using namespace vigil;
using archive::EventSearch;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kYearUs = 365LL * 24 * 3600 * 1'000'000;
constexpr std::int64_t kBeginUs = 1'764'000'000'000'000;
constexpr int kQuestions = 60;  // of each kind
constexpr int kCameras = 50;
constexpr int kBatch = 20'000;
constexpr std::int64_t kTracks = 100'000;  // numbers that a camera has given so far

const std::vector<std::string> kKinds = {"violence", "zone", "line", "loitering", "crowd", "running"};

std::string note_of(std::int64_t i) {
  if (i % 10'007 == 0) return "needle in the haystack";
  return i % 5 == 0 ? "two men push each other near the gate" : "";
}

void fill(archive::Database& database, std::int64_t count) {
  auto random = core::make_rng({1});
  for (std::int64_t done = 0; done < count;) {
    const auto written = database.write([&](soci::session& sql) {
      if (done == 0) {
        for (int camera = 1; camera <= kCameras; ++camera) {
          sql << std::format(
              "INSERT INTO cameras (id, name, address_sealed, address_shown, enabled, recording, settings, "
              "created_us) VALUES ({0}, 'Camera {0}', '', '', 1, 0, '{{}}', 0)",
              camera);
        }
      }
      for (int i = 0; i < kBatch && done < count; ++i, ++done) {
        const std::int64_t begin = kBeginUs + done * (kYearUs / count);
        sql << std::format(
            "INSERT INTO events (id, uid, camera_id, source, kind, rule, zone, begin_us, order_key, end_us, score, review, "
            "note, size, "
            "details, created_us) VALUES ({0}, 'e{0}', {1}, 'Camera {1}', '{2}', '', 'gate', {3}, {4}, {5}, {6:.4f}, '{7}', "
            "'{8}', 1000, '{{}}', {3})",
            done, 1 + done % kCameras, kKinds[static_cast<std::size_t>(done) % kKinds.size()], begin, begin * 1024,
            begin + 5'000'000, core::uniform(random, 0, 1), done % 7 == 0 ? "new" : "dismissed", note_of(done));
        // Everybody was the first once.
        const std::int64_t track = done % 4 == 0 ? 1 : done % kTracks;
        sql << std::format("INSERT INTO event_people (event_id, track_id, score) VALUES ({}, {}, 0.5)", done, track);
      }
    });
    if (!written) {
      std::cerr << written.error().message << '\n';
      std::exit(1);
    }
    std::cerr << done << " events\r";
  }
  std::cerr << '\n';
}

struct Question {
  std::string name;
  std::function<EventSearch(core::Rng&)> ask;
};

archive::WallTime some_time(core::Rng& random) { return archive::from_us(kBeginUs + core::uniform_int(random, 0, kYearUs)); }

std::vector<Question> questions() {
  return {
      {"newest", [](core::Rng&) { return EventSearch{}; }},
      {"a day", [](core::Rng& r) { return EventSearch{.until = some_time(r)}; }},
      {"a camera", [](core::Rng& r) { return EventSearch{.cameras = std::vector{core::uniform_int(r, 1, kCameras)}}; }},
      {"three cameras, a kind",
       [](core::Rng& r) {
         return EventSearch{.until = some_time(r), .cameras = std::vector<std::int64_t>{1, 2, 3}, .kind = "zone"};
       }},
      {"ten cameras and uploads",
       [](core::Rng& r) {
         std::vector<std::int64_t> cameras;
         for (int i = 0; i < 10; ++i) cameras.push_back(core::uniform_int(r, 1, kCameras));
         return EventSearch{.cameras = cameras};
       }},
      {"a camera without events and uploads",
       [](core::Rng&) { return EventSearch{.cameras = std::vector<std::int64_t>{kCameras + 1}}; }},
      {"a person", [](core::Rng& r) { return EventSearch{.person = core::uniform_int(r, 2, kTracks)}; }},
      {"a person, ten cameras",
       [](core::Rng& r) {
         return EventSearch{.cameras = std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
                            .person = core::uniform_int(r, 2, kTracks)};
       }},
      {"everybody's number", [](core::Rng&) { return EventSearch{.person = 1}; }},
      {"nobody's number", [](core::Rng&) { return EventSearch{.person = kTracks + 1}; }},
      {"violence still new", [](core::Rng&) { return EventSearch{.kind = "violence", .review = archive::Review::kNew}; }},
      {"score from 0.9", [](core::Rng& r) { return EventSearch{.until = some_time(r), .least_score = 0.9}; }},
      {"score from 0.9999", [](core::Rng&) { return EventSearch{.least_score = 0.9999}; }},
      {"a rare word", [](core::Rng&) { return EventSearch{.words = "needle"}; }},
      {"a common word", [](core::Rng& r) { return EventSearch{.until = some_time(r), .words = "push gate"}; }},
      {"a word in all of them", [](core::Rng&) { return EventSearch{.words = "gate"}; }},
      {"page 20", [](core::Rng& r) { return EventSearch{.after = std::format("{}", archive::to_us(some_time(r)) * 1024)}; }},
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "search_bench sqlite:PATH|postgresql://… [--events N]\n";
    return 2;
  }
  const std::int64_t count = argc > 3 && std::string(argv[2]) == "--events" ? std::atoll(argv[3]) : 1'000'000;
  const auto database = archive::Database::open({.url = argv[1]});
  if (!database) {
    std::cerr << database.error().message << '\n';
    return 1;
  }
  if ((*database)->is_new()) fill(**database, count);
  archive::Events events(**database);
  auto random = core::make_rng({2});
  std::vector<double> all;
  for (const Question& question : questions()) {
    std::vector<double> times;
    std::size_t found = 0;
    for (int i = 0; i < kQuestions; ++i) {
      const EventSearch search = question.ask(random);
      const auto began = Clock::now();
      const auto page = events.search(search);
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
      found += page ? page->events.size() : 0;
    }
    std::ranges::sort(times);
    all.insert(all.end(), times.begin(), times.end());
    std::cout << std::format("{:36} median {:8.2f} ms   p95 {:8.2f} ms   {:.0f} found\n", question.name,
                             times[times.size() / 2], times[times.size() * 95 / 100],
                             static_cast<double>(found) / kQuestions);
  }
  std::ranges::sort(all);
  std::cout << std::format("all of them                          median {:8.2f} ms   p95 {:8.2f} ms\n", all[all.size() / 2],
                           all[all.size() * 95 / 100]);
  return 0;
}
