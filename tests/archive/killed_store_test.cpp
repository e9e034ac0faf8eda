// kill -9 in the middle of storing: what was said to be stored is there, whole; nothing else is in the way.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "archive/databases.h"
#include "archive/event_store.h"
#include "core/random.h"

namespace vigil::archive {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int kKills = 50;
constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h;

StoredEvent event_named(const std::string& uid) {
  return {.uid = uid, .source = "Yard", .kind = "violence", .begin = kNoon, .end = kNoon + 5s, .people = {{.track_id = 1}}};
}

// Opens, repairs, then stores and removes events for ever; writes the name of each to `told` once it is stored, and with a
// minus once it is about to be removed.
[[noreturn]] void store_for_ever(const std::string& url, const fs::path& folder, int run, int told) {
  const auto say = [&](const std::string& line) {
    if (write(told, line.data(), line.size()) < 0) _exit(2);
  };
  const auto database = Database::open({.url = url, .connections = 1});
  const auto blobs = DiskBlobs::open(folder / "data");
  if (!database || !blobs || !(*blobs)->sweep_unfinished()) _exit(3);
  Events events(**database);
  EventStore store(events, **blobs);
  if (!store.repair((*database)->is_new())) _exit(4);
  for (int i = 0;; ++i) {
    const std::string uid = std::format("run{}-{}", run, i);
    const auto id = store.add(event_named(uid), {{"clip.mp4", folder / "clip.mp4"}, {"poster.jpg", folder / "poster.jpg"}});
    if (!id) _exit(5);
    say(uid + "\n");
    if (i % 3 != 2) continue;
    say("-" + uid + "\n");
    if (!store.remove(*id)) _exit(6);
  }
}

class KilledStore : public test::OnBoth {};
VIGIL_ON_BOTH(KilledStore);

TEST_P(KilledStore, keeps_all_that_was_said_to_be_stored) {
  const std::string where = url();
  std::ofstream(dir_ / "clip.mp4") << std::string(200'000, 'v');
  std::ofstream(dir_ / "poster.jpg") << std::string(5000, 'p');
  auto random = core::make_rng({2026, static_cast<std::uint64_t>(GetParam())});
  std::map<std::string, bool> stored;  // false: a removal had begun
  for (int run = 0; run < kKills; ++run) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(pipe_ends[0]);
      store_for_ever(where, dir_.path(), run, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    std::string text;
    const auto read_on = [&] {
      char buffer[4096];
      const ssize_t got = read(pipe_ends[0], buffer, sizeof buffer);
      if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
      return got > 0;
    };
    // Every other one in the middle of storing, the others at any moment, opening and repair included.
    if (run % 2 == 0) {
      while (text.empty() && read_on()) {
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(core::uniform_int(random, 100, 60'000)));
    kill(child, SIGKILL);
    while (read_on()) {
    }
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "run " << run << " ended by itself with " << WEXITSTATUS(status);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('-')) {
        stored[line.substr(1)] = false;
      } else {
        stored.try_emplace(line, true);
      }
    }
  }
  const auto database = open();
  const auto blobs = DiskBlobs::open(dir_ / "data");
  Events events(*database);
  EventStore store(events, **blobs);
  ASSERT_TRUE((*blobs)->sweep_unfinished());
  const auto repaired = store.repair(false);
  ASSERT_TRUE(repaired) << repaired.error().message;
  std::size_t kept = 0;
  for (const auto& [uid, keeps] : stored) {
    if (!keeps) continue;
    ++kept;
    const auto event = events.get(uid);
    ASSERT_TRUE(event) << uid;
    EXPECT_EQ((*blobs)->info(EventStore::key(*event, "clip.mp4"))->size, 200'000U);
    EXPECT_EQ((*blobs)->info(EventStore::key(*event, "poster.jpg"))->size, 5000U);
    EXPECT_EQ(event->people.size(), 1U);
  }
  EXPECT_GE(kept, kKills / 2U) << "one at least in every other run";
  const auto uids = events.uids();
  ASSERT_TRUE(uids);
  for (const std::string& uid : *uids) {
    EXPECT_TRUE((*blobs)->info(EventStore::key(event_named(uid), "clip.mp4"))) << uid << ": a row without its file";
  }
}

}  // namespace
}  // namespace vigil::archive
