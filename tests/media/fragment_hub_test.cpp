#include "media/fragment_hub.h"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::media {
namespace {

using core::MediaTime;

LivePiece init(const std::string& name) {
  return LiveInit{.bytes = std::make_shared<const std::string>(name), .mime = "video/mp4", .width_px = 2, .height_px = 2};
}

LivePiece fragment(const std::string& name, bool key = false) {
  return LiveFragment{.bytes = std::make_shared<const std::string>(name), .time = MediaTime(), .key = key};
}

struct Watcher {
  std::vector<std::string> got;

  LivePieceSink sink() {
    return [this](const LivePiece& piece) { std::visit([this](const auto& p) { got.push_back(*p.bytes); }, piece); };
  }
};

TEST(FragmentHub, gives_who_joins_all_since_the_last_key_frame_and_then_what_comes) {
  FragmentHub hub;
  Watcher early, late;
  auto first = hub.subscribe(early.sink());
  for (const LivePiece& piece : {init("i"), fragment("K1", true), fragment("a"), fragment("K2", true), fragment("b")}) {
    hub.push(piece);
  }
  {
    const auto second = hub.subscribe(late.sink());
    EXPECT_EQ(hub.subscribers(), 2U);
    EXPECT_THAT(late.got, testing::ElementsAre("i", "K2", "b"));
    hub.push(fragment("c"));
  }
  hub.push(fragment("d"));
  EXPECT_THAT(late.got, testing::ElementsAre("i", "K2", "b", "c"));
  EXPECT_THAT(early.got, testing::ElementsAre("i", "K1", "a", "K2", "b", "c", "d"));
  EXPECT_EQ(hub.subscribers(), 1U);
  first.cancel();
  EXPECT_EQ(hub.subscribers(), 0U);
}

TEST(FragmentHub, a_new_init_makes_everyone_wait_for_a_key_frame) {
  FragmentHub hub;
  Watcher watcher;
  const auto subscription = hub.subscribe(watcher.sink());
  for (const LivePiece& piece : {fragment("x", true), init("i1"), fragment("y"), fragment("K1", true), init("i2"),
                                 fragment("z"), fragment("K2", true)}) {
    hub.push(piece);
  }
  EXPECT_THAT(watcher.got, testing::ElementsAre("i1", "K1", "i2", "K2"));
  ASSERT_TRUE(hub.init());
  EXPECT_EQ(*hub.init()->bytes, "i2");
}

TEST(FragmentHub, keeps_so_much_and_no_more) {
  FragmentHub hub({.most_bytes = 10, .most_fragments = 3});
  hub.push(init("i"));
  hub.push(fragment("KK", true));
  hub.push(fragment("aaaa"));
  EXPECT_EQ(hub.kept_bytes(), 6U);
  hub.push(fragment("bbbbb"));
  EXPECT_EQ(hub.kept_bytes(), 0U) << "too many bytes";
  Watcher watcher;
  const auto subscription = hub.subscribe(watcher.sink());
  hub.push(fragment("c"));
  EXPECT_THAT(watcher.got, testing::ElementsAre("i")) << "waits for a key frame";
  hub.push(fragment("K", true));
  hub.push(fragment("d"));
  hub.push(fragment("e"));
  EXPECT_EQ(hub.kept_fragments(), 3U);
  hub.push(fragment("f"));
  EXPECT_EQ(hub.kept_fragments(), 0U) << "too many fragments";
  EXPECT_THAT(watcher.got, testing::ElementsAre("i", "K", "d", "e", "f"));
}

TEST(FragmentHub, a_watcher_may_leave_from_within_its_sink_and_outlive_the_hub) {
  FragmentHub::Subscription outlives;
  int got = 0;
  {
    FragmentHub hub;
    outlives = hub.subscribe([&](const LivePiece&) {
      ++got;
      outlives.cancel();
    });
    hub.push(init("i"));
    hub.push(fragment("K", true));
    EXPECT_EQ(got, 1);
    EXPECT_EQ(hub.subscribers(), 0U);
    outlives = hub.subscribe([](const LivePiece&) {});
  }
  outlives.cancel();
}

TEST(FragmentHub, watchers_that_come_and_go_while_pieces_are_pushed_see_them_in_order) {
  FragmentHub hub;
  hub.push(init("i"));
  std::atomic<bool> done = false;
  std::jthread pushes([&] {
    for (int i = 0; i < 20'000; ++i) hub.push(fragment(std::to_string(i), i % 10 == 0));
    done = true;
  });
  std::vector<std::jthread> watchers;
  for (int w = 0; w < 4; ++w) {
    watchers.emplace_back([&] {
      while (!done) {
        Watcher watcher;
        {
          const auto subscription = hub.subscribe(watcher.sink());
          std::this_thread::yield();
        }
        ASSERT_FALSE(watcher.got.empty());
        EXPECT_EQ(watcher.got[0], "i");
        for (std::size_t i = 2; i < watcher.got.size(); ++i) {
          ASSERT_EQ(std::stoi(watcher.got[i]), std::stoi(watcher.got[i - 1]) + 1);
        }
        if (watcher.got.size() > 1) {
          EXPECT_EQ(std::stoi(watcher.got[1]) % 10, 0);
        }
      }
    });
  }
}

}  // namespace
}  // namespace vigil::media
