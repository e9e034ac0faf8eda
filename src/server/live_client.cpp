#include "server/live_client.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "media/fragment_hub.h"
#include "server/access.h"
#include "server/response.h"

namespace vigil::server {
namespace {

// Connections are held weakly: a client belongs to its connection, not the other way round.
using Socket = std::weak_ptr<drogon::WebSocketConnection>;

void send_text(const Socket& socket, const std::string& text) {
  if (const auto open = socket.lock()) open->send(text, drogon::WebSocketMessageType::Text);
}

// The number in {"ack": N}; nothing: the message is another.
std::optional<std::uint64_t> acknowledged_in(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto ack = json.is_object() ? json.find("ack") : json.end();
  if (!json.is_object() || ack == json.end() || !ack->is_number_unsigned()) return std::nullopt;
  return ack->get<std::uint64_t>();
}

class VideoClient : public LiveClient {
 public:
  static constexpr std::uint64_t kMostUnacknowledged = 4 << 20;  // bytes

  VideoClient(const Permit& permit, std::shared_ptr<station::LiveFeed> feed, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit), feed_(std::move(feed)), socket_(socket) {
    if (const std::string state = feed_->video_state(); !state.empty()) send_text(socket_, state);
    news_ = feed_->video_news().subscribe([socket = socket_](const std::string& line) { send_text(socket, line); });
    pieces_ = feed_->video().subscribe([this](const media::LivePiece& piece) { send(piece); });
  }
  ~VideoClient() override { pieces_.cancel(); }

  void message(const std::string& text) override {
    if (const auto bytes = acknowledged_in(text)) acknowledged_ = *bytes;
  }

 private:
  void send(const media::LivePiece& piece) {
    if (const auto* init = std::get_if<media::LiveInit>(&piece)) {
      send_text(
          socket_,
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

  void send_bytes(const std::string& bytes) {
    const auto open = socket_.lock();
    if (!open) return;
    open->send(bytes, drogon::WebSocketMessageType::Binary);
    sent_ += bytes.size();
  }

  std::shared_ptr<station::LiveFeed> feed_;
  Socket socket_;
  std::uint64_t sent_ = 0;  // the sink runs once at a time
  std::atomic<std::uint64_t> acknowledged_ = 0;
  bool behind_ = false;
  core::Subscription news_;
  media::FragmentHub::Subscription pieces_;
};

class PicturesClient : public LiveClient {
 public:
  static constexpr std::uint64_t kMostUnacknowledged = 2;  // pictures: one on its way while another is shown

  PicturesClient(const Permit& permit, std::shared_ptr<station::LiveFeed> feed, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit), feed_(std::move(feed)), socket_(socket) {
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
    send_text(socket_, line);
  }

  void take(const station::LivePicture& picture) {
    const std::scoped_lock lock(mutex_);
    newest_ = picture.jpeg;
    send_newest();
  }

  void send_newest() {
    if (!newest_ || sent_ - acknowledged_ >= kMostUnacknowledged) return;
    const auto jpeg = std::exchange(newest_, nullptr);
    if (const auto open = socket_.lock()) open->send(*jpeg, drogon::WebSocketMessageType::Binary);
    ++sent_;
  }

  std::shared_ptr<station::LiveFeed> feed_;
  Socket socket_;
  std::mutex mutex_;
  std::shared_ptr<const std::string> newest_;  // not sent yet
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  core::Subscription news_;  // last, so that they end before what they use
  core::Subscription pictures_;
};

class DataClient : public LiveClient {
 public:
  DataClient(const Permit& permit, std::shared_ptr<station::LiveFeed> feed, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit), feed_(std::move(feed)) {
    if (const std::string scene = feed_->scene(); !scene.empty()) send_text(socket, scene);
    lines_ = feed_->data().subscribe([socket = Socket(socket)](const std::string& line) { send_text(socket, line); });
  }

 private:
  std::shared_ptr<station::LiveFeed> feed_;
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

  std::optional<Json> operator()(const station::EventBegun& event) const {
    if (!caller.may_see(event.camera_id)) return std::nullopt;
    return Json{{"type", "event_begun"}, {"camera_id", event.camera_id}, {"kind", event.kind},
                {"rule", event.rule},    {"zone", event.zone},           {"score", event.score}};
  }
  std::optional<Json> operator()(const station::EventNotice& event) const {
    if (!AccessControl::may_know(caller, event.camera_id)) return std::nullopt;
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

class UpdatesClient : public LiveClient {
 public:
  UpdatesClient(const Permit& permit, station::Station& station, const drogon::WebSocketConnectionPtr& socket)
      : LiveClient(permit) {
    notices_ = station.notices().subscribe([caller = permit.caller, socket = Socket(socket)](const station::Notice& notice) {
      const auto line = std::visit(Line{caller}, notice);
      if (line) send_text(socket, line->dump(-1, ' ', false, Json::error_handler_t::replace));
    });
  }

 private:
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
