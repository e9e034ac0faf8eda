#include "server/live_client.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "media/fragment_hub.h"
#include "server/access.h"
#include "server/response.h"

namespace vigil::server {
namespace {

constexpr const char* kDoesNotRead = "too much is unread";

// The number in {"ack": N}; nothing: the message is another.
std::optional<std::uint64_t> acknowledged_in(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto ack = json.is_object() ? json.find("ack") : json.end();
  if (!json.is_object() || ack == json.end() || !ack->is_number_unsigned()) return std::nullopt;
  return ack->get<std::uint64_t>();
}

class VideoClient : public LiveClient {
 public:
  static constexpr std::uint64_t kMostUnacknowledged = 4 << 20;          // bytes
  static constexpr std::uint64_t kMostUnread = 2 * kMostUnacknowledged;  // of one that acknowledges what it has not read

  VideoClient(const Permit& permit, std::shared_ptr<station::LiveFeed> feed, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit, socket, kMostUnread), feed_(std::move(feed)) {
    if (const std::string state = feed_->video_state(); !state.empty()) send_text(state);
    news_ = feed_->video_news().subscribe([this](const std::string& line) { send_text(line); });
    pieces_ = feed_->video().subscribe([this](const media::LivePiece& piece) { send(piece); });
  }

  void message(const std::string& text) override {
    if (const auto bytes = acknowledged_in(text)) acknowledged_ = *bytes;
  }

 private:
  void send(const media::LivePiece& piece) {
    if (const auto* init = std::get_if<media::LiveInit>(&piece)) {
      send_text(
          Json{{"type", "init"}, {"mime", init->mime}, {"width_px", init->width_px}, {"height_px", init->height_px}}.dump());
      send_bytes(*init->bytes);
      behind_ = false;
      return;
    }
    const auto& fragment = std::get<media::LiveFragment>(piece);
    const std::uint64_t acknowledged = acknowledged_;
    const std::uint64_t waiting = sent_ > acknowledged ? sent_ - acknowledged : 0;
    if (waiting + fragment.bytes->size() > kMostUnacknowledged) behind_ = true;
    if (behind_ && fragment.key && waiting < kMostUnacknowledged / 4) behind_ = false;
    if (!behind_) send_bytes(*fragment.bytes);
  }

  void send_text(const std::string& text) {
    if (!outbox().send_text(text)) outbox().close(kDoesNotRead);
  }

  void send_bytes(const std::string& bytes) {
    if (!outbox().send_binary(bytes)) return outbox().close(kDoesNotRead);
    sent_ += bytes.size();
  }

  std::shared_ptr<station::LiveFeed> feed_;
  std::uint64_t sent_ = 0;  // the sink runs once at a time
  std::atomic<std::uint64_t> acknowledged_ = 0;
  bool behind_ = false;
  core::Subscription news_;  // last, so that they end before what they use
  media::FragmentHub::Subscription pieces_;
};

class PicturesClient : public LiveClient {
 public:
  static constexpr std::uint64_t kMostUnacknowledged = 2;  // pictures: one on its way while another is shown
  static constexpr std::uint64_t kMostUnread = 16 << 20;   // bytes, of one that acknowledges what it has not read

  PicturesClient(const Permit& permit, std::shared_ptr<station::LiveFeed> feed, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit, socket, kMostUnread), feed_(std::move(feed)) {
    const auto kind = permit.boxes ? station::PictureKind::kBoxes : station::PictureKind::kPlain;
    news_ = feed_->video_news().subscribe([this](const std::string& line) { tell(line); });
    tell(feed_->video_state());
    pictures_ = feed_->pictures(kind).subscribe([this](const station::LivePicture& picture) { take(picture); });
  }

  void message(const std::string& text) override {
    const auto pictures = acknowledged_in(text);
    if (!pictures) return;
    const std::scoped_lock lock(mutex_);
    acknowledged_ = std::clamp(*pictures, acknowledged_, sent_);
    send_newest();
  }

 private:
  // Whether browsers can play the camera's own video is all the same here; whether there is any is not.
  void tell(const std::string& line) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || json.value("type", "") != "gone") return;
    const std::scoped_lock lock(mutex_);
    newest_.reset();
    if (!outbox().send_text(line)) outbox().close(kDoesNotRead);
  }

  void take(const station::LivePicture& picture) {
    const std::scoped_lock lock(mutex_);
    newest_ = picture.jpeg;
    send_newest();
  }

  void send_newest() {
    if (!newest_ || sent_ - acknowledged_ >= kMostUnacknowledged) return;
    const auto jpeg = std::exchange(newest_, nullptr);
    if (!outbox().send_binary(*jpeg)) return outbox().close(kDoesNotRead);
    ++sent_;
  }

  std::shared_ptr<station::LiveFeed> feed_;
  std::mutex mutex_;
  std::shared_ptr<const std::string> newest_;  // not sent yet
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  core::Subscription news_;  // last, so that they end before what they use
  core::Subscription pictures_;
};

class DataClient : public LiveClient {
 public:
  static constexpr std::uint64_t kMostUnread = 1 << 20;  // bytes

  DataClient(const Permit& permit, std::shared_ptr<station::LiveFeed> feed, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit, socket, kMostUnread), feed_(std::move(feed)) {
    send_scene();
    lines_ = feed_->data().subscribe([this](const std::string& line) { send(line); });
  }

 private:
  // Lines that do not fit are left out until it caught up; the size of the picture may have been among them.
  void send(const std::string& line) {
    if (behind_ && !outbox().caught_up()) return;
    if (std::exchange(behind_, false)) send_scene();
    behind_ = !outbox().send_text(line);
  }

  void send_scene() {
    if (const std::string scene = feed_->scene(); !scene.empty()) outbox().send_text(scene);
  }

  std::shared_ptr<station::LiveFeed> feed_;
  bool behind_ = false;  // the sink runs once at a time
  core::Subscription lines_;
};

const char* name_of(station::EventChange change) {
  switch (change) {
    case station::EventChange::kAdded: return "added";
    case station::EventChange::kChanged: return "changed";
    case station::EventChange::kRemoved: return "removed";
  }
  return "";
}

// A notice as `caller` may know of it.
struct Line {
  const Caller& caller;

  std::optional<Json> operator()(const station::EventBegun& begun) const {
    const station::CameraEvent& event = begun.event;
    if (!caller.may_see(event.camera_id)) return std::nullopt;
    return Json{{"type", "event_begun"}, {"camera_id", event.camera_id}, {"kind", event.kind},
                {"rule", event.rule},    {"zone", event.zone},           {"score", event.score}};
  }
  std::optional<Json> operator()(const station::EventLost&) const { return std::nullopt; }
  std::optional<Json> operator()(const station::EventNotice& event) const {
    if (!AccessControl::may_know(caller, event.camera_id, event.upload)) return std::nullopt;
    return Json{{"type", "event"},
                {"change", name_of(event.change)},
                {"id", event.id},
                {"camera_id", event.camera_id ? Json(*event.camera_id) : Json()}};
  }
  std::optional<Json> operator()(const station::JobNotice& notice) const {
    const archive::Job& job = notice.job;
    if (!caller.is_admin() && job.user_id != caller.user->id) return std::nullopt;
    return Json{{"type", "job"}, {"id", job.id}, {"state", archive::to_string(job.state)}, {"progress", job.progress}};
  }
  std::optional<Json> operator()(const station::CameraNotice& camera) const {
    if (!caller.may_see(camera.id)) return std::nullopt;
    return Json{{"type", "camera"}, {"id", camera.id}, {"state", to_string(camera.state)}, {"reason", camera.reason}};
  }
};

// News that is left out would leave what is shown wrong: who does not read connects again, and loads all anew.
class UpdatesClient : public LiveClient {
 public:
  static constexpr std::uint64_t kMostUnread = 256 << 10;  // bytes

  UpdatesClient(const Permit& permit, station::Station& station, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit, socket, kMostUnread) {
    notices_ = station.notices().subscribe([this](const station::Notice& notice) { send(notice); });
  }

 private:
  void send(const station::Notice& notice) {
    const auto line = std::visit(Line{permit().caller}, notice);
    if (!line || outbox().send_text(line->dump(-1, ' ', false, Json::error_handler_t::replace))) return;
    outbox().close(kDoesNotRead);
  }

  core::Subscription notices_;
};

}  // namespace

std::shared_ptr<LiveClient> live_client(station::Station& station, const Permit& permit,
                                        const drogon::WebSocketConnectionPtr& socket) {
  if (permit.path == "/updates") return std::make_shared<UpdatesClient>(permit, station, socket);
  auto feed = permit.camera ? station.live(*permit.camera) : nullptr;
  if (!feed) return nullptr;
  if (permit.path == "/cameras/{id}/live/video") return std::make_shared<VideoClient>(permit, std::move(feed), socket);
  if (permit.path == "/cameras/{id}/live/pictures") {
    return std::make_shared<PicturesClient>(permit, std::move(feed), socket);
  }
  if (permit.path == "/cameras/{id}/live/data") return std::make_shared<DataClient>(permit, std::move(feed), socket);
  return nullptr;
}

}  // namespace vigil::server
