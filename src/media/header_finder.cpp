#include "media/header_finder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
}

namespace vigil::media {
namespace {

// Whether units are told by start codes; those with lengths before them have their parameter sets in the header.
bool has_start_codes(const AVCodecParameters& video) {
  const bool units = video.codec_id == AV_CODEC_ID_H264 || video.codec_id == AV_CODEC_ID_HEVC;
  return units && (video.extradata_size < 1 || video.extradata[0] == 0);
}

std::string new_header(const AVPacket& packet) {
  std::size_t size = 0;
  const std::uint8_t* bytes = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  return bytes ? std::string(reinterpret_cast<const char*>(bytes), size) : std::string();
}

}  // namespace

HeaderFinder::HeaderFinder(const AVCodecParameters& video) {
  const AVBitStreamFilter* kind = av_bsf_get_by_name("extract_extradata");
  if (!kind || !has_start_codes(video) || av_bsf_alloc(kind, &filter_) < 0) return;
  avcodec_parameters_copy(filter_->par_in, &video);
  if (av_bsf_init(filter_) < 0) av_bsf_free(&filter_);
}

HeaderFinder::~HeaderFinder() { av_bsf_free(&filter_); }

std::string HeaderFinder::in(const AVPacket& packet) {
  if (std::string told = new_header(packet); !told.empty() || !filter_) return told;
  const AvPtr<AVPacket> looked_at(av_packet_clone(&packet));
  if (!looked_at || av_bsf_send_packet(filter_, looked_at.get()) < 0) return {};
  std::string found;
  while (av_bsf_receive_packet(filter_, looked_at.get()) >= 0) {
    found = new_header(*looked_at);
    av_packet_unref(looked_at.get());
  }
  return found;
}

}  // namespace vigil::media
