// The small parts that requests go through: routes, ranges, moments, permits.
#include <chrono>

#include <gmock/gmock.h>

#include "server/http_file.h"
#include "server/instants.h"
#include "server/rate_limiter.h"
#include "server/routes.h"
#include "server/second_factor.h"

namespace vigil::server {
namespace {

using namespace std::chrono_literals;

TEST(Routes, go_to_the_words_before_the_names) {
  Routes routes;
  const auto nothing_at_all = [](Call&) { return nothing(); };
  for (const char* path : {"/events/{id}", "/events/days", "/events/{id}/files/{name}"}) {
    routes.add({.method = Method::kGet, .path = path, .handler = nothing_at_all});
  }
  routes.add({.method = Method::kDelete, .path = "/events/{id}", .handler = nothing_at_all});
  EXPECT_EQ(routes.match(Method::kGet, "/api/v1/events/days").route->path, "/events/days");
  const Matched file = routes.match(Method::kHead, "/api/v1/events/17/files/clip.mp4");
  EXPECT_EQ(file.parts.at("id"), "17");
  EXPECT_EQ(file.parts.at("name"), "clip.mp4");
  EXPECT_EQ(routes.match(Method::kPut, "/api/v1/events/17").route, nullptr);
  EXPECT_EQ(routes.match(Method::kPut, "/api/v1/events/17").allowed, "get, delete");
  for (const char* path : {"/events/17", "/api/v1/events", "/api/v1/events/", "/api/v1/events/1/2", "/api/v1", ""}) {
    EXPECT_EQ(routes.match(Method::kGet, path).route, nullptr) << path;
  }
}

TEST(Ranges, are_read_as_browsers_write_them) {
  const auto range = [](std::string_view header) {
    const auto found = range_of(header, 1000);
    return found ? std::pair(found->begin, found->length) : std::pair<std::uint64_t, std::uint64_t>(7777, 7777);
  };
  using Pair = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(range("bytes=0-499"), Pair(0, 500));
  EXPECT_EQ(range("bytes=500-"), Pair(500, 500));
  EXPECT_EQ(range("bytes=-200"), Pair(800, 200));
  EXPECT_EQ(range("bytes=-5000"), Pair(0, 1000));
  EXPECT_EQ(range("bytes=900-5000"), Pair(900, 100));
  EXPECT_EQ(range("bytes=1000-").second, 0U);  // cannot be satisfied
  for (const char* whole : {"", "bytes=", "bytes=-", "bytes=5-2", "bytes=a-b", "bytes=0-1,5-6", "items=0-1"}) {
    EXPECT_FALSE(range_of(whole, 1000)) << whole;
  }
}

TEST(Instants, are_told_and_read) {
  const archive::WallTime noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + 12h + 123456us;
  EXPECT_EQ(to_instant(noon), "2026-11-26T12:00:00.123456Z");
  EXPECT_EQ(from_instant("2026-11-26T12:00:00.123456Z"), noon);
  EXPECT_EQ(from_instant("2026-11-26T14:00:00.123456+02:00"), noon);
  EXPECT_EQ(from_instant("2026-11-26T12:00:00Z"), noon - 123456us);
  for (const char* none :
       {"", "2026-11-26", "yesterday", "2026-13-26T12:00:00Z", "2026-11-26T12:00:00Z extra", "2026-11-26T12:00:00"}) {
    EXPECT_FALSE(from_instant(none)) << none;
  }
}

TEST(RateLimiter, gives_permits_back_with_time_and_to_each_their_own) {
  RateLimiter::Clock::time_point now;
  RateLimiter limiter({.burst = 3, .per_second = 0.5}, [&] { return now; });
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.take("a"));
  EXPECT_EQ(limiter.take("a"), 2s);
  EXPECT_FALSE(limiter.take("b"));
  now += 2s;
  EXPECT_FALSE(limiter.take("a"));
  EXPECT_TRUE(limiter.take("a"));
  limiter.forgive("a");
  EXPECT_FALSE(limiter.take("a"));
}

TEST(SecondFactor, takes_the_codes_of_its_neighbours_too_and_no_others) {
  // RFC 6238, appendix B: the secret "12345678901234567890", SHA-1; its 8 digits end in these 6.
  const std::string secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const archive::WallTime at(std::chrono::seconds(1111111109));
  EXPECT_EQ(totp_step(secret, "081804", at), 1111111109 / 30);
  EXPECT_TRUE(totp_step(secret, "081804", at + 30s));
  EXPECT_TRUE(totp_step(secret, "081804", at - 30s));
  EXPECT_FALSE(totp_step(secret, "081804", at + 61s));
  for (const char* code : {"", "81804", "0818040", "abcdef", "000000"}) EXPECT_FALSE(totp_step(secret, code, at)) << code;
  EXPECT_THAT(totp_uri(secret, "Ann Lee"), testing::StartsWith("otpauth://totp/Vigil:Ann%20Lee?secret=GEZ"));
  EXPECT_EQ(new_totp_secret().size(), 32U);
}

}  // namespace
}  // namespace vigil::server
