#include "station/live_pictures.h"

#include <format>

#include "media/image_file.h"

namespace vigil::station {
namespace {

constexpr std::size_t kMostFrames = 20;
constexpr int kQuality = 75;

media::Annotation annotation_of(const core::FramePeople& people) {
  media::Annotation annotation;
  for (const core::TrackedPerson& person : people.people) {
    const std::string score = person.violence ? std::format(" {:.2f}", *person.violence) : std::string();
    annotation.boxes.push_back({.box = person.track.box,
                                .text = std::format("{}{}", person.track.id, score),
                                .color = person.track.id,
                                .tone = person.violent ? media::Tone::kAlert : media::Tone::kGood,
                                .faint = !person.track.detection});
  }
  return annotation;
}

}  // namespace

void LivePictures::take(const media::Frame& frame) {
  const bool boxes = feed_.wanted(PictureKind::kBoxes);
  if (feed_.wanted(PictureKind::kPlain) || (boxes && without_people_)) {
    auto jpeg = media::encode_jpeg(frame, {.quality = kQuality, .mask = mask_});
    if (jpeg && boxes && without_people_) feed_.set_picture(PictureKind::kBoxes, *jpeg);
    if (jpeg) feed_.set_picture(PictureKind::kPlain, std::move(*jpeg));
  }
  if (!boxes || without_people_) {
    frames_.clear();
    return;
  }
  frames_.push_back(frame);
  if (frames_.size() > kMostFrames) frames_.pop_front();
}

void LivePictures::take(const core::FramePeople& people) {
  while (!frames_.empty() && frames_.front().pts() < people.time) frames_.pop_front();
  if (frames_.empty() || frames_.front().pts() != people.time) return;
  show(frames_.front(), people);
  frames_.pop_front();
}

void LivePictures::show(const media::Frame& frame, const core::FramePeople& people) {
  auto jpeg = media::encode_jpeg(frame, annotation_of(people), {.quality = kQuality, .mask = mask_});
  if (jpeg) feed_.set_picture(PictureKind::kBoxes, std::move(*jpeg));
}

}  // namespace vigil::station
