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
  if (!feed_.pictures_wanted()) {
    frames_.clear();
    return;
  }
  if (without_people_) return show(frame, nullptr);
  frames_.push_back(frame);
  if (frames_.size() > kMostFrames) frames_.pop_front();
}

void LivePictures::take(const core::FramePeople& people) {
  while (!frames_.empty() && frames_.front().pts() < people.time) frames_.pop_front();
  if (frames_.empty() || frames_.front().pts() != people.time) return;
  show(frames_.front(), &people);
  frames_.pop_front();
}

void LivePictures::show(const media::Frame& frame, const core::FramePeople* people) {
  const media::JpegOptions options{.quality = kQuality, .mask = mask_};
  auto jpeg = people ? media::encode_jpeg(frame, annotation_of(*people), options) : media::encode_jpeg(frame, options);
  if (jpeg) feed_.set_picture(std::move(*jpeg));
}

}  // namespace vigil::station
