// Pictures of a live feed: when they are wanted, and who gets them.
#include "station/live_feed.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::station {
namespace {

using testing::ElementsAre;

TEST(LiveFeed, wants_pictures_while_somebody_subscribes_or_asks) {
  LiveFeed feed;
  EXPECT_FALSE(feed.wanted(PictureKind::kBoxes));
  auto subscription = feed.pictures(PictureKind::kBoxes).subscribe([](const LivePicture&) {});
  EXPECT_TRUE(feed.wanted(PictureKind::kBoxes));
  EXPECT_FALSE(feed.wanted(PictureKind::kPlain));
  subscription.reset();
  EXPECT_FALSE(feed.wanted(PictureKind::kBoxes));
  EXPECT_FALSE(feed.picture(PictureKind::kPlain));
  EXPECT_TRUE(feed.wanted(PictureKind::kPlain));
}

TEST(LiveFeed, gives_all_who_subscribe_the_same_picture_with_rising_numbers) {
  LiveFeed feed;
  std::vector<LivePicture> first, second;
  auto one = feed.pictures(PictureKind::kPlain).subscribe([&](const LivePicture& picture) { first.push_back(picture); });
  feed.set_picture(PictureKind::kPlain, "a");
  auto two = feed.pictures(PictureKind::kPlain).subscribe([&](const LivePicture& picture) { second.push_back(picture); });
  feed.set_picture(PictureKind::kPlain, "b");
  feed.set_picture(PictureKind::kBoxes, "of another kind");
  one.reset();
  feed.set_picture(PictureKind::kPlain, "c");
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(first[1].jpeg, second[0].jpeg);
  EXPECT_EQ(*second[1].jpeg, "c");
  EXPECT_THAT((std::vector{first[0].number, first[1].number, second[1].number}), ElementsAre(1, 2, 3));
}

TEST(LiveFeed, gives_who_asks_what_was_made_just_now_for_others) {
  LiveFeed feed;
  auto subscription = feed.pictures(PictureKind::kBoxes).subscribe([](const LivePicture&) {});
  feed.set_picture(PictureKind::kBoxes, "now");
  const auto picture = feed.picture(PictureKind::kBoxes);
  ASSERT_TRUE(picture);
  EXPECT_EQ(*picture->jpeg, "now");
}

}  // namespace
}  // namespace vigil::station
