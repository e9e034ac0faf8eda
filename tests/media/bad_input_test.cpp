// Bad input: each kind gives a clear error that names the file and the reason, or as much as could be had with counters.
#include <fstream>

#include "frame_checks.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/log.h"
#include "core/random.h"
#include "media/clip_sampler.h"
#include "media/clip_writer.h"
#include "media/source.h"
#include "support/make_media.h"
#include "support/temp_dir.h"

namespace vigil::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::MediaTime;
using test::make_media;
using testing::HasSubstr;

const std::string kMotion = "-f lavfi -i testsrc2=s=320x240:r=25:d=4 -pix_fmt yuv420p ";

class BadInput : public testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_ / name, std::ios::binary) << bytes;
    return dir_ / name;
  }

  // Source and ClipSampler must both refuse, with this code, naming the file and the reason.
  void expect_refused(const fs::path& path, ErrorCode code, const std::string& reason, SourceOptions options = {}) {
    SCOPED_TRACE(path);
    const auto check = [&](const core::Error& error) {
      EXPECT_EQ(error.code, code) << error.message;
      EXPECT_THAT(error.message, HasSubstr(path.filename().string()));
      EXPECT_THAT(error.message, HasSubstr(reason));
    };
    auto source = Source::open(path.string(), options);
    if (source) {
      const auto frame = (*source)->read();
      ASSERT_FALSE(frame) << "was read";
      check(frame.error());
    } else {
      check(source.error());
    }
    auto sampler = ClipSampler::open(path.string(), {.source = options});
    ASSERT_FALSE(sampler) << "was opened";
    check(sampler.error());
  }

  // Nor can it be cut.
  void expect_unusable(const fs::path& path, ErrorCode code, const std::string& reason) {
    expect_refused(path, code, reason);
    EXPECT_FALSE(cut_clip(path.string(), {.begin = MediaTime(), .end = MediaTime::from_seconds(1)}, dir_ / "out.mp4"));
    EXPECT_FALSE(fs::exists(dir_ / "out.mp4"));
  }

  test::TempDir dir_;
};

struct Haul {
  std::size_t frames = 0;
  SourceStats stats;
  std::optional<core::Error> error;
};

// Reads to the end or the error; times must rise whatever comes.
Haul haul(const fs::path& path) {
  Haul haul;
  auto source = Source::open(path.string());
  if (!source) {
    haul.error = source.error();
    return haul;
  }
  std::optional<MediaTime> last;
  for (;;) {
    const auto frame = (*source)->read();
    if (!frame) haul.error = frame.error();
    if (!frame || !*frame) break;
    EXPECT_TRUE(!last || (*frame)->pts() > *last);
    last = (*frame)->pts();
    ++haul.frames;
  }
  haul.stats = (*source)->stats();
  return haul;
}

TEST_F(BadInput, missing_file) { expect_unusable(dir_ / "absent.mp4", ErrorCode::kNotFound, "no such file"); }

TEST_F(BadInput, directory) { expect_unusable(dir_.path(), ErrorCode::kUnreadable, "directory"); }

TEST_F(BadInput, empty_file) { expect_unusable(write("empty.mp4", ""), ErrorCode::kUnreadable, "empty"); }

TEST_F(BadInput, text_renamed) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "A line of plain text, and nothing that moves.\n";
  expect_unusable(write("letter.mp4", text), ErrorCode::kUnreadable, "not a video");
  expect_unusable(write("letter.txt", text), ErrorCode::kUnreadable, "not a video");
  expect_unusable(write("short.mp4", "x"), ErrorCode::kUnreadable, "not a video");
  expect_unusable(write("titles.mp4", "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n"), ErrorCode::kUnreadable, "not a video");
}

TEST_F(BadInput, noise) {
  core::Rng rng = core::make_rng({1});
  std::string noise(200'000, '\0');
  for (char& byte : noise) byte = static_cast<char>(core::uniform_int(rng, 0, 255));
  expect_unusable(write("noise.mp4", noise), ErrorCode::kUnreadable, "not a video");
}

TEST_F(BadInput, audio_only) {
  expect_unusable(make_media("sound.mp4", "-f lavfi -i sine=d=1 -c:a aac"), ErrorCode::kUnreadable, "audio");
}

TEST_F(BadInput, audio_with_a_cover_picture) {
  const auto cover = make_media("cover.png", "-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1");
  const auto song = make_media(
      "song.mp3", "-f lavfi -i sine=d=1 -i " + cover.string() + " -map 0:a -map 1:v -c:v copy -disposition:v attached_pic");
  expect_unusable(song, ErrorCode::kUnreadable, "audio");
}

TEST_F(BadInput, playlist_that_reaches_for_other_protocols) {
  const auto list =
      write("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n");
  EXPECT_FALSE(Source::open(list.string()));
}

TEST_F(BadInput, unknown_scheme) {
  const auto source = Source::open("gopher://host/video.mp4");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(source.error().message, HasSubstr("gopher"));
}

TEST_F(BadInput, pictures_above_the_limit) {
  const auto path = make_media("plain.mp4", kMotion + "-c:v libx264");
  expect_refused(path, ErrorCode::kUnsupported, "320×240", {.max_pixels = 1000});
  expect_refused(path, ErrorCode::kUnsupported, "limit", {.size = ExactSize{4000, 4000}, .max_pixels = 1'000'000});
}

TEST_F(BadInput, header_that_claims_huge_pictures) {
  const std::string path = make_media("plain.mp4", kMotion + "-c:v libx264").string();
  std::string bytes = test::read_bytes(path);
  // The sample description says 65535 × 65535.
  const auto entry = bytes.rfind("avc1");
  ASSERT_NE(entry, std::string::npos);
  for (std::size_t i = 28; i < 32; ++i) bytes[entry + i] = '\xff';
  const auto got = haul(write("huge.mp4", bytes));
  if (got.error) {
    EXPECT_THAT(got.error->message, HasSubstr("huge.mp4"));
  } else {
    EXPECT_EQ(got.frames, 100u);
  }
}

TEST_F(BadInput, file_cut_before_its_index) {
  const std::string bytes = test::read_bytes(make_media("plain.mp4", kMotion + "-c:v libx264"));
  expect_unusable(write("cut.mp4", bytes.substr(0, bytes.size() / 2)), ErrorCode::kUnreadable, "damaged");
}

TEST_F(BadInput, truncated_files_give_the_frames_before_the_cut) {
  for (const auto& [name, encoding] : std::vector<std::pair<std::string, std::string>>{
           {"front.mp4", "-c:v libx264 -movflags +faststart"},
           {"cut.mkv", "-c:v libx264"},
           {"cut.ts", "-c:v libx264"},
           {"cut.avi", "-c:v mpeg4"},
           {"cut.264", "-c:v libx264"},
           {"fragments.mp4", "-c:v libx264 -g 20 -movflags +frag_keyframe+empty_moov"}}) {
    SCOPED_TRACE(name);
    const std::string bytes = test::read_bytes(make_media(name, kMotion + encoding));
    const auto path = write(name, bytes.substr(0, bytes.size() * 6 / 10));
    const Haul got = haul(path);
    EXPECT_FALSE(got.error) << got.error->message;
    EXPECT_GE(got.frames, 25u);
    EXPECT_LT(got.frames, 100u);
    auto sampler = ClipSampler::open(path.string());
    ASSERT_TRUE(sampler) << sampler.error().message;
    const auto frames = (*sampler)->sample(MediaTime(), MediaTime::from_seconds(4), 10);
    EXPECT_TRUE(frames) << frames.error().message;
  }
}

TEST_F(BadInput, flipped_bits_are_skipped_and_counted_and_never_crash) {
  std::uint64_t troubles = 0;
  for (const auto& [name, encoding] : std::vector<std::pair<std::string, std::string>>{{"flip.mp4", "-c:v libx264 -g 20"},
                                                                                       {"flip.ts", "-c:v libx264 -g 20"},
                                                                                       {"flip.mkv", "-c:v libx264 -g 20"},
                                                                                       {"flip.avi", "-c:v mpeg4 -g 20"},
                                                                                       {"flip.264", "-c:v libx264 -g 20"}}) {
    const std::string good = test::read_bytes(make_media(name, kMotion + encoding));
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      SCOPED_TRACE(name + " seed " + std::to_string(seed));
      core::Rng rng = core::make_rng({seed});
      std::string bytes = good;
      for (int i = 0; i < 40; ++i) {
        const auto at = static_cast<std::size_t>(core::uniform_int(rng, 0, static_cast<std::int64_t>(bytes.size()) - 1));
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << core::uniform_int(rng, 0, 7)));
      }
      const auto path = write(name, bytes);
      const Haul got = haul(path);
      troubles += got.stats.corrupt_packets + got.stats.concealed_frames + (got.error ? 1 : 0);
      EXPECT_TRUE(!got.error || got.error->message.contains(name));
      auto sampler = ClipSampler::open(path.string());
      if (!sampler) continue;
      const auto frames = (*sampler)->sample(MediaTime(), MediaTime::from_seconds(4), 10);
      if (frames) {
        EXPECT_EQ(frames->size(), 10u);
      } else {
        EXPECT_THAT(frames.error().message, HasSubstr(name));
      }
    }
  }
  EXPECT_GT(troubles, 20u);
}

TEST_F(BadInput, damage_inside_the_pictures_is_counted) {
  std::string bytes = test::read_bytes(make_media("wound.mp4", kMotion + "-c:v libx264 -g 20 -movflags +faststart"));
  const std::size_t begin = bytes.find("mdat") + bytes.size() / 3;
  for (std::size_t i = begin; i < begin + 6'000; ++i) bytes[i] = static_cast<char>(i * 31);
  const Haul got = haul(write("wound.mp4", bytes));
  EXPECT_FALSE(got.error);
  EXPECT_GE(got.frames, 60u);
  EXPECT_GT(got.stats.corrupt_packets + got.stats.concealed_frames, 0u);
}

TEST_F(BadInput, ffmpeg_does_not_write_to_standard_error) {
  std::string bytes = test::read_bytes(make_media("wound.mp4", kMotion + "-c:v libx264 -g 20 -movflags +faststart"));
  const std::size_t begin = bytes.find("mdat") + bytes.size() / 3;
  for (std::size_t i = begin; i < begin + 6'000; ++i) bytes[i] = static_cast<char>(i * 31);
  const auto path = write("wound.mp4", bytes);
  testing::internal::CaptureStderr();
  haul(path);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(BadInput, one_frame_is_a_video) {
  const auto path = make_media("one.mp4", kMotion + "-frames:v 1 -c:v libx264");
  EXPECT_EQ(haul(path).frames, 1u);
  auto sampler = ClipSampler::open(path.string());
  ASSERT_TRUE(sampler) << sampler.error().message;
  const auto frames = (*sampler)->sample(MediaTime(), MediaTime::from_seconds(2), 3);
  ASSERT_TRUE(frames);
  EXPECT_EQ(frames->size(), 3u);
}

TEST_F(BadInput, still_picture_is_a_video_of_one_frame) {
  const auto picture = make_media("still.png", "-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1");
  EXPECT_EQ(haul(write("still.mp4", test::read_bytes(picture))).frames, 1u);
}

TEST_F(BadInput, video_without_any_packet) {
  const auto path = make_media("nothing.mp4", kMotion + "-vf select=0 -c:v libx264");
  const Haul got = haul(path);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, ErrorCode::kUnreadable) << got.error->message;
  EXPECT_FALSE(ClipSampler::open(path.string()));
}

TEST_F(BadInput, header_with_zero_duration) {
  std::string bytes = test::read_bytes(make_media("plain.mp4", kMotion + "-c:v libx264"));
  for (const char* box : {"mvhd", "mdhd"}) {
    const auto at = bytes.find(box);
    ASSERT_NE(at, std::string::npos);
    for (std::size_t i = 20; i < 24; ++i) bytes[at + i] = 0;
  }
  EXPECT_EQ(haul(write("zero.mp4", bytes)).frames, 100u);
}

TEST_F(BadInput, four_k) {
  const auto path =
      make_media("large.mp4", "-f lavfi -i testsrc2=s=3840x2160:r=5:d=0.4 -pix_fmt yuv420p -c:v libx264 -preset ultrafast");
  EXPECT_EQ(haul(path).frames, 2u);
  auto source = Source::open(path.string(), {.size = FitShortSide{256}, .format = PixelFormat::kRgb24});
  ASSERT_TRUE(source);
  const auto frame = (*source)->read();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ((*frame)->height_px(), 256);
}

TEST_F(BadInput, names_with_colons_blanks_and_percent_signs_are_only_names) {
  const std::string bytes = test::read_bytes(make_media("one.mp4", kMotion + "-frames:v 1 -c:v libx264"));
  for (const char* name : {"cam:1 %03d?.mp4", "http:x.mp4", "-v.mp4"}) {
    EXPECT_EQ(haul(write(name, bytes)).frames, 1u) << name;
  }
}

}  // namespace
}  // namespace vigil::media
