#include "behavior/scenario.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace vigil::test {
namespace {

using core::MediaDuration;
using core::MediaTime;

MediaDuration seconds(std::istream& words) {
  double value = 0;
  words >> value;
  return MediaDuration::from_seconds(value);
}

core::Event expected_event(std::istream& words) {
  core::Event event;
  double begin = 0;
  double end = 0;
  double peak = 0;
  char dash = 0;
  std::string word;
  words >> begin >> dash >> end >> word >> peak >> word >> event.score >> word >> event.mean_score;
  event.begin = MediaTime::from_seconds(begin);
  event.end = MediaTime::from_seconds(end);
  event.peak = MediaTime::from_seconds(peak);
  return event;
}

}  // namespace

Scenario load_scenario(const std::filesystem::path& path) {
  std::ifstream file(path);
  Scenario scenario;
  MediaDuration window;
  MediaDuration stride;
  MediaTime next;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    while (words >> word) {
      if (word == "window") {
        window = seconds(words);
      } else if (word == "stride") {
        stride = seconds(words);
      } else if (word == "on") {
        words >> scenario.options.threshold_on;
      } else if (word == "off") {
        words >> scenario.options.threshold_off;
      } else if (word == "merge") {
        scenario.options.merge_gap = seconds(words);
      } else if (word == "min") {
        scenario.options.min_duration = seconds(words);
      } else if (word == "cool") {
        scenario.options.cool_down = seconds(words);
      } else if (word == "smooth") {
        scenario.smooth = seconds(words);
      } else if (word == "at") {
        next = MediaTime() + seconds(words);
      } else if (word == "event") {
        scenario.expected.push_back(expected_event(words));
      } else if (word == "scores") {
        for (double score = 0; words >> score; next = next + stride) {
          scenario.windows.push_back({.begin = next, .end = next + window, .score = score});
        }
        words.clear(std::ios::eofbit);
      } else {
        throw std::runtime_error(path.string() + ": cannot follow the word " + word);
      }
      if (words.fail() && !words.eof()) throw std::runtime_error(path.string() + ": a number must follow " + word);
    }
  }
  if (scenario.windows.empty()) throw std::runtime_error(path.string() + ": no scores");
  return scenario;
}

}  // namespace vigil::test
