#include "learn/labelling.h"

#include <cmath>
#include <format>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "media/frame_rate.h"
#include "media/image_file.h"
#include "media/source.h"

namespace vigil::learn {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;
using core::Result;
using core::Status;
using nlohmann::json;

constexpr int kPersonCategory = 1;  // COCO's id
constexpr int kJpegQuality = 90;
constexpr double kMaxEverySeconds = 3600;
constexpr std::size_t kBatch = 4;

double rounded(double value, double step) { return std::round(value / step) * step; }

// "fight/fi001.mp4" → "fight-fi001": the last two parts of the path.
std::string picture_stem(const fs::path& video) {
  const std::string folder = video.parent_path().filename().string();
  return folder.empty() ? video.stem().string() : std::format("{}-{}", folder, video.stem().string());
}

std::string video_name(const fs::path& video) {
  return (video.parent_path().filename() / video.filename()).generic_string();
}

json settings_of(std::span<const Teacher> teachers, const LabellingOptions& options) {
  json names = json::array();
  for (const Teacher& teacher : teachers) names.push_back(teacher.name);
  return {{"teachers", std::move(names)},
          {"every_s", options.every_s},
          {"min_iou", rounded(options.fusion.min_iou, 1e-6)},
          {"min_score", rounded(options.fusion.min_score, 1e-6)},
          {"pictures", !options.pictures.empty()}};
}

// The COCO document under way.
class Document {
 public:
  static Result<Document> open(const json& settings, const LabellingOptions& options) {
    Document document;
    document.path_ = options.out;
    document.root_ = {{"info", {{"description", "people, as found by the teachers named under \"vigil\""}}},
                      {"categories", {{{"id", kPersonCategory}, {"name", "person"}}}},
                      {"images", json::array()},
                      {"annotations", json::array()},
                      {"vigil", {{"settings", settings}, {"videos", json::array()}}}};
    auto text = core::read_file(options.out);
    if (!text) {
      if (text.error().code == ErrorCode::kNotFound) return document;
      return std::unexpected(text.error());
    }
    if (options.overwrite) return document;
    if (auto taken = document.take(*text, settings); !taken) return std::unexpected(taken.error());
    return document;
  }

  bool holds(const std::string& video) const { return videos_.contains(video); }

  void add_picture(const std::string& file_name, const std::string& video, const media::Frame& frame,
                   std::span<const core::Detection> people) {
    const std::int64_t id = count("images") + 1;
    root_["images"].push_back({{"id", id},
                               {"file_name", file_name},
                               {"width", frame.width_px()},
                               {"height", frame.height_px()},
                               {"video", video},
                               {"time_us", frame.pts().us()}});
    for (const auto& [box, score, class_id] : people) {
      root_["annotations"].push_back(
          {{"id", count("annotations") + 1},
           {"image_id", id},
           {"category_id", kPersonCategory},
           {"iscrowd", 0},
           {"area", rounded(box.area(), 0.01)},
           {"bbox", {rounded(box.left, 0.01), rounded(box.top, 0.01), rounded(box.width, 0.01), rounded(box.height, 0.01)}},
           {"score", rounded(score, 1e-4)}});
    }
  }

  Status finish_video(const std::string& video) {
    videos_.insert(video);
    root_["vigil"]["videos"].push_back(video);
    return core::write_file_atomically(path_, root_.dump());
  }

  LabellingOutcome outcome() const {
    return {.videos = static_cast<std::int64_t>(videos_.size()), .pictures = count("images"), .boxes = count("annotations")};
  }

 private:
  std::int64_t count(const char* list) const { return static_cast<std::int64_t>(root_.at(list).size()); }

  Status take(const std::string& text, const json& settings) {
    try {
      json found = json::parse(text);
      if (found.at("vigil").at("settings") != settings) {
        return fail(ErrorCode::kInvalidArgument,
                    std::format("{} was made with {}, now wanted is {}; give another file, or --overwrite", path_.string(),
                                found.at("vigil").at("settings").dump(), settings.dump()));
      }
      for (const json& video : found.at("vigil").at("videos")) videos_.insert(video.get<std::string>());
      for (const char* list : {"images", "annotations"}) found.at(list).get_ref<json::array_t&>();
      root_ = std::move(found);
      return {};
    } catch (const json::exception& wrong) {
      return fail(ErrorCode::kUnreadable, std::format("{}: not a document that `vigil label` began: {}; give another file, "
                                                      "or --overwrite",
                                                      path_.string(), wrong.what()));
    }
  }

  fs::path path_;
  json root_;
  std::set<std::string> videos_;
};

class Labeller {
 public:
  Labeller(std::span<const Teacher> teachers, const LabellingOptions& options, Document& document)
      : teachers_(teachers), options_(options), document_(document) {}

  Status label(const fs::path& video) {
    auto source = media::Source::open(video.string(), {.stop = options_.stop});
    if (!source) return std::unexpected(source.error());
    media::FrameRate rate(core::MediaDuration::from_seconds(options_.every_s));
    std::vector<media::Frame> frames;
    for (;;) {
      auto frame = (*source)->read();
      if (!frame) return std::unexpected(frame.error());
      if (*frame && rate.due((*frame)->pts())) frames.push_back(**frame);
      if (frames.size() == kBatch || (!*frame && !frames.empty())) {
        if (auto labelled = label(video, frames); !labelled) return labelled;
        frames.clear();
      }
      if (!*frame) return document_.finish_video(video_name(video));
    }
  }

 private:
  Status label(const fs::path& video, std::span<const media::Frame> frames) {
    std::vector<std::vector<std::vector<core::Detection>>> found(frames.size());  // of each frame, by teacher
    for (const Teacher& teacher : teachers_) {
      auto seen = teacher.detector->detect(frames);
      if (!seen) return std::unexpected(seen.error().with_context(teacher.name));
      for (std::size_t i = 0; i < frames.size(); ++i) {
        std::erase_if((*seen)[i], [](const core::Detection& d) { return d.class_id != vision::kPersonClass; });
        found[i].push_back(std::move((*seen)[i]));
      }
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
      auto file_name = write_picture(video, frames[i]);
      if (!file_name) return std::unexpected(file_name.error());
      document_.add_picture(*file_name, video_name(video), frames[i], fuse_boxes(found[i], options_.fusion));
    }
    return {};
  }

  Result<std::string> write_picture(const fs::path& video, const media::Frame& frame) {
    if (options_.pictures.empty()) return video_name(video);
    std::string name = std::format("{}-{:08}.jpg", picture_stem(video), frame.pts().us() / 1000);
    if (auto written = media::write_jpeg(frame, options_.pictures / name, {.quality = kJpegQuality}); !written) {
      return std::unexpected(written.error());
    }
    return name;
  }

  std::span<const Teacher> teachers_;
  const LabellingOptions& options_;
  Document& document_;
};

Status check(std::span<const Teacher> teachers, std::span<const fs::path> videos, const LabellingOptions& options) {
  if (teachers.empty()) return fail(ErrorCode::kInvalidArgument, "no teacher is given: name at least one detector");
  if (!(options.every_s >= 0 && options.every_s <= kMaxEverySeconds)) {
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} s between pictures: must be 0 to {}", options.every_s, kMaxEverySeconds));
  }
  std::map<std::string, fs::path> stems;
  for (const fs::path& video : videos) {
    const auto [same, is_new] = stems.try_emplace(picture_stem(video), video);
    if (is_new) continue;
    return fail(ErrorCode::kInvalidArgument,
                std::format("{} and {} would give their pictures the same names; label them into "
                            "different files",
                            same->second.string(), video.string()));
  }
  return {};
}

}  // namespace

Result<LabellingOutcome> label_videos(std::span<const Teacher> teachers, std::span<const fs::path> videos,
                                      const LabellingOptions& options) {
  if (auto valid = check(teachers, videos, options); !valid) return std::unexpected(valid.error());
  auto document = Document::open(settings_of(teachers, options), options);
  if (!document) return std::unexpected(document.error());
  for (const fs::path& folder : {options.pictures, options.out.parent_path()}) {
    std::error_code error;
    if (!folder.empty()) fs::create_directories(folder, error);
    if (error) return fail(ErrorCode::kIo, std::format("cannot make {}: {}", folder.string(), error.message()));
  }
  Labeller labeller(teachers, options, *document);
  std::int64_t done = 0;
  for (const fs::path& video : videos) {
    if (options.stop.stop_requested())
      return fail(ErrorCode::kCancelled, "stopped; the videos that are done are in the file");
    if (!document->holds(video_name(video))) {
      if (auto labelled = labeller.label(video); !labelled) return std::unexpected(labelled.error());
    }
    done += 1;
    if (options.progress) {
      options.progress({.done = static_cast<double>(done),
                        .total = static_cast<double>(videos.size()),
                        .unit = "videos",
                        .note = std::format("{} boxes", document->outcome().boxes)});
    }
  }
  return document->outcome();
}

}  // namespace vigil::learn
