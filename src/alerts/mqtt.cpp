#include "alerts/mqtt.h"

#include <algorithm>
#include <utility>

#include "alerts/alert_text.h"

namespace vigil::alerts {
namespace {

constexpr std::string_view kViolence = "violence";

}  // namespace

MqttSender::MqttSender(MqttConfig config, SenderOptions options)
    : config_(std::move(config)),
      options_(std::move(options)),
      connection_(config_, {.availability = options_.test ? "" : availability_topic(config_), .ca_file = options_.ca_file},
                  [this](bool anew) { return take_pending(anew); }) {}

core::Status MqttSender::send(const Notice& notice, std::stop_token stop) {
  const std::string topic = options_.test
                                ? config_.prefix + "/test"
                                : event_topic(config_, {.id = notice.alert.camera_id, .name = notice.alert.camera});
  const std::string body = body_of(notice.alert, options_.base_url, options_.test);
  return connection_.publish({.topic = topic, .payload = body}, notice.number, options_.time_out, std::move(stop));
}

MqttSender::Shown& MqttSender::shown(const CameraName& camera) {
  Shown& shown = cameras_[camera.id];
  if (shown.camera != camera) {
    if (shown.camera.id != 0) gone_.push_back(shown.camera);
    shown.camera = camera;
    shown.published = false;
  }
  return shown;
}

void MqttSender::note(const Alert& alert) {
  if (alert.kind != kViolence || alert.camera_id == 0) return;
  const std::scoped_lock lock(mutex_);
  Shown& camera = shown({.id = alert.camera_id, .name = alert.camera});
  const bool was_on = !camera.running.empty();
  if (alert.state == AlertState::kBegun) camera.running.insert(alert.uid);
  if (alert.state == AlertState::kEnded) camera.running.erase(alert.uid);
  if (was_on == camera.running.empty()) camera.published = false;
}

void MqttSender::set_cameras(const std::vector<CameraName>& cameras) {
  const std::scoped_lock lock(mutex_);
  for (const CameraName& camera : cameras) shown(camera);
  std::erase_if(cameras_, [&](const auto& entry) {
    if (std::ranges::contains(cameras, entry.first, &CameraName::id)) return false;
    gone_.push_back(entry.second.camera);
    return true;
  });
}

std::vector<MqttMessage> MqttSender::take_pending(bool anew) {
  if (options_.test) return {};
  const std::scoped_lock lock(mutex_);
  std::vector<MqttMessage> messages;
  const auto append = [&](std::vector<MqttMessage> more) { std::ranges::move(more, std::back_inserter(messages)); };
  for (const CameraName& camera : std::exchange(gone_, {})) append(farewell_messages(config_, camera));
  for (auto& [id, camera] : cameras_) {
    if (!anew && camera.published) continue;
    append(discovery_messages(config_, camera.camera, options_.base_url));
    messages.push_back(violence_state(config_, camera.camera, !camera.running.empty()));
    camera.published = true;
  }
  return messages;
}

}  // namespace vigil::alerts
