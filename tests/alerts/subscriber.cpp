#include "subscriber.h"

#include <mosquitto.h>

#include <mutex>
#include <stop_token>
#include <thread>

#include "alerts/crypto.h"
#include "alerts/encoding.h"

#include "support/eventually.h"

namespace vigil::alerts {
namespace {

using test::eventually;

const std::string kMarker = "marker/";

}  // namespace

struct Subscriber::Impl {
  mosquitto* client = nullptr;
  mutable std::mutex mutex;
  bool subscribed = false;
  std::string marker;  // topic of what it publishes itself: what it hears before was retained
  std::map<std::string, std::vector<std::string>> heard;
  std::jthread thread;
};

Subscriber::Subscriber(int port) : impl_(std::make_unique<Impl>()) {
  mosquitto_lib_init();
  impl_->client = mosquitto_new(nullptr, true, impl_.get());
  mosquitto_connect_callback_set(impl_->client,
                                 [](mosquitto* client, void*, int) { mosquitto_subscribe(client, nullptr, "#", 1); });
  mosquitto_subscribe_callback_set(impl_->client, [](mosquitto*, void* user, int, int, const int*) {
    auto& impl = *static_cast<Impl*>(user);
    const std::scoped_lock lock(impl.mutex);
    impl.subscribed = true;
  });
  mosquitto_message_callback_set(impl_->client, [](mosquitto*, void* user, const mosquitto_message* message) {
    auto& impl = *static_cast<Impl*>(user);
    const std::scoped_lock lock(impl.mutex);
    impl.heard[message->topic].emplace_back(static_cast<const char*>(message->payload),
                                            static_cast<std::size_t>(message->payloadlen));
  });
  mosquitto_threaded_set(impl_->client, true);
  mosquitto_connect(impl_->client, "127.0.0.1", port, 60);
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (mosquitto_loop(impl->client, 20, 1) == MOSQ_ERR_SUCCESS) continue;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      mosquitto_reconnect(impl->client);
    }
  });
  eventually([&] {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->subscribed;
  });
  impl_->marker = kMarker + to_hex(random_bytes(8));
  mosquitto_publish(impl_->client, nullptr, impl_->marker.c_str(), 1, "x", 1, false);
  eventually([&] { return !heard(impl_->marker).empty(); });
}

Subscriber::~Subscriber() {
  impl_->thread.request_stop();
  impl_->thread.join();
  mosquitto_destroy(impl_->client);
}

std::vector<std::string> Subscriber::heard(const std::string& topic) const {
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->heard.find(topic);
  return found == impl_->heard.end() ? std::vector<std::string>{} : found->second;
}

std::string Subscriber::last(const std::string& topic) const {
  const auto all = heard(topic);
  return all.empty() ? "" : all.back();
}

std::map<std::string, std::string> Subscriber::retained() const {
  const std::scoped_lock lock(impl_->mutex);
  std::map<std::string, std::string> messages;
  for (const auto& [topic, payloads] : impl_->heard) {
    if (!topic.starts_with(kMarker) && !payloads.back().empty()) messages[topic] = payloads.back();
  }
  return messages;
}

}  // namespace vigil::alerts
