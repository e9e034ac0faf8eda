// Who may know of an event: by its camera, by its upload, and where both are gone.
#include <gtest/gtest.h>

#include "server/access.h"

namespace vigil::server {
namespace {

Caller caller(archive::Role role, std::vector<std::int64_t> cameras = {}) {
  return {.user = archive::User{.id = 5, .name = "ann", .role = role}, .cameras = std::move(cameras)};
}

TEST(MayKnow, what_a_permitted_camera_saw) {
  EXPECT_TRUE(AccessControl::may_know(caller(archive::Role::kViewer, {3}), 3, false));
  EXPECT_FALSE(AccessControl::may_know(caller(archive::Role::kViewer, {3}), 4, false));
  EXPECT_FALSE(AccessControl::may_know(caller(archive::Role::kOperator, {3}), 4, false));
  EXPECT_TRUE(AccessControl::may_know(caller(archive::Role::kAdmin), 4, false));
}

TEST(MayKnow, what_was_seen_in_an_upload) {
  EXPECT_FALSE(AccessControl::may_know(caller(archive::Role::kViewer, {3}), std::nullopt, true));
  EXPECT_TRUE(AccessControl::may_know(caller(archive::Role::kOperator), std::nullopt, true));
  EXPECT_TRUE(AccessControl::may_know(caller(archive::Role::kAdmin), std::nullopt, true));
}

TEST(MayKnow, only_administrators_what_is_of_neither) {
  EXPECT_FALSE(AccessControl::may_know(caller(archive::Role::kViewer, {3}), std::nullopt, false));
  EXPECT_FALSE(AccessControl::may_know(caller(archive::Role::kOperator, {3}), std::nullopt, false));
  EXPECT_TRUE(AccessControl::may_know(caller(archive::Role::kAdmin), std::nullopt, false));
}

}  // namespace
}  // namespace vigil::server
