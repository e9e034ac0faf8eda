#include "alerts/mqtt_connection.h"

#include <mosquitto.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <format>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using core::fail;
using std::chrono::milliseconds;

constexpr int kKeepAlive = 30;  // seconds
constexpr int kLoopMs = 100;    // how long one look at the connection waits
constexpr int kQos = 1;
constexpr milliseconds kFirstPause{200};  // before connecting again; twice as long each time
constexpr milliseconds kLongestPause{15'000};
constexpr milliseconds kFarewell{500};

struct Destroy {
  void operator()(mosquitto* client) const { mosquitto_destroy(client); }
};

bool is_refusal(int connack) {
  constexpr int kBadPassword = 4;
  constexpr int kNotAuthorised = 5;
  return connack == kBadPassword || connack == kNotAuthorised;
}

}  // namespace

struct MqttConnection::Impl {
  MqttConfig config;
  MqttConnectionOptions options;
  MqttBackground background;
  std::unique_ptr<mosquitto, Destroy> client;

  std::mutex mutex;
  std::condition_variable_any changed;
  bool connected = false;
  bool anew = false;
  bool refused = false;
  std::string problem = "not connected yet";
  std::set<int> acknowledged;  // message ids
  std::uint64_t number = 0;    // of the message that was published last by publish()
  int id = 0;                  // its message id; 0: none is waited for

  std::jthread thread;

  static Impl& of(void* user) { return *static_cast<Impl*>(user); }

  std::string where() const { return std::format("mqtt broker {}:{}", config.host, config.port); }

  static void on_connect(mosquitto*, void* user, int code) {
    Impl& self = of(user);
    const std::scoped_lock lock(self.mutex);
    self.connected = self.anew = code == 0;
    self.refused = is_refusal(code);
    if (code != 0) self.problem = mosquitto_connack_string(code);
    self.changed.notify_all();
  }
  static void on_disconnect(mosquitto*, void* user, int) {
    Impl& self = of(user);
    const std::scoped_lock lock(self.mutex);
    if (self.connected) self.problem = "the connection was lost";
    self.connected = false;
    self.changed.notify_all();
  }
  static void on_publish(mosquitto*, void* user, int id) {
    Impl& self = of(user);
    const std::scoped_lock lock(self.mutex);
    self.acknowledged.insert(id);
    self.changed.notify_all();
  }

  void prepare() {
    mosquitto_threaded_set(client.get(), true);
    mosquitto_connect_callback_set(client.get(), &on_connect);
    mosquitto_disconnect_callback_set(client.get(), &on_disconnect);
    mosquitto_publish_callback_set(client.get(), &on_publish);
    if (!config.user.empty()) mosquitto_username_pw_set(client.get(), config.user.c_str(), config.password.c_str());
    if (config.tls && options.ca_file.empty()) mosquitto_int_option(client.get(), MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    if (config.tls && !options.ca_file.empty()) {
      mosquitto_tls_set(client.get(), options.ca_file.c_str(), nullptr, nullptr, nullptr, nullptr);
    }
    if (!options.availability.empty()) {
      constexpr std::string_view kOffline = "offline";
      mosquitto_will_set(client.get(), options.availability.c_str(), static_cast<int>(kOffline.size()), kOffline.data(),
                         kQos, true);
    }
  }

  int hand_over(const MqttMessage& message) {
    int given = 0;
    const int code = mosquitto_publish(client.get(), &given, message.topic.c_str(), static_cast<int>(message.payload.size()),
                                       message.payload.data(), kQos, message.retained);
    return code == MOSQ_ERR_SUCCESS ? given : 0;
  }

  void note_problem(int code) {
    const std::string why = code == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(code);
    const std::scoped_lock lock(mutex);
    if (!refused && (connected || code != MOSQ_ERR_CONN_LOST)) problem = why;
    connected = false;
    changed.notify_all();
  }

  void publish_background() {
    bool first = false;
    {
      const std::scoped_lock lock(mutex);
      if (!connected) return;
      first = std::exchange(anew, false);
    }
    if (first && !options.availability.empty()) {
      hand_over({.topic = options.availability, .payload = "online", .retained = true});
    }
    for (const MqttMessage& message : background(first)) hand_over(message);
  }

  void say_goodbye() {
    bool there = false;
    {
      const std::scoped_lock lock(mutex);
      there = connected;
    }
    if (!there) return;
    if (!options.availability.empty()) {
      const int last = hand_over({.topic = options.availability, .payload = "offline", .retained = true});
      const auto until = std::chrono::steady_clock::now() + kFarewell;
      const auto done = [&] {
        const std::scoped_lock lock(mutex);
        return !connected || acknowledged.contains(last);
      };
      while (!done() && std::chrono::steady_clock::now() < until) mosquitto_loop(client.get(), kLoopMs, 1);
    }
    mosquitto_disconnect(client.get());
    mosquitto_loop(client.get(), 0, 1);
  }

  void run(const std::stop_token& stop) {
    int code = mosquitto_connect_async(client.get(), config.host.c_str(), config.port, kKeepAlive);
    milliseconds pause = kFirstPause;
    while (!stop.stop_requested()) {
      if (code == MOSQ_ERR_SUCCESS) code = mosquitto_loop(client.get(), kLoopMs, 1);
      if (code == MOSQ_ERR_SUCCESS) {
        publish_background();
        std::unique_lock lock(mutex);
        if (connected) pause = kFirstPause;
        continue;
      }
      note_problem(code);
      std::unique_lock lock(mutex);
      changed.wait_for(lock, stop, pause, [] { return false; });
      lock.unlock();
      pause = std::min(pause * 2, kLongestPause);
      if (!stop.stop_requested()) code = mosquitto_reconnect_async(client.get());
    }
    say_goodbye();
  }
};

MqttConnection::MqttConnection(MqttConfig config, MqttConnectionOptions options, MqttBackground background)
    : impl_(std::make_unique<Impl>()) {
  static std::once_flag once;
  std::call_once(once, [] { mosquitto_lib_init(); });
  impl_->config = std::move(config);
  impl_->options = std::move(options);
  impl_->background = std::move(background);
  impl_->client.reset(mosquitto_new(nullptr, true, impl_.get()));
  impl_->prepare();
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

MqttConnection::~MqttConnection() = default;

core::Status MqttConnection::publish(const MqttMessage& message, std::uint64_t number, milliseconds time_out,
                                     std::stop_token stop) {
  Impl& impl = *impl_;
  std::unique_lock lock(impl.mutex);
  impl.changed.wait_for(lock, stop, time_out, [&] { return impl.connected || impl.refused; });
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, std::format("{}: interrupted", impl.where()));
  if (!impl.connected) {
    return fail(impl.refused ? ErrorCode::kInvalidArgument : ErrorCode::kIo,
                std::format("{}: {}{}", impl.where(), impl.problem,
                            impl.refused ? "; check user and password" : "; is it running, and may it be reached?"));
  }
  if (impl.number != number || impl.id == 0) {
    impl.acknowledged.clear();
    lock.unlock();
    const int id = impl.hand_over(message);
    lock.lock();
    impl.number = number;
    impl.id = id;
    if (id == 0) return fail(ErrorCode::kIo, std::format("{}: it takes no message to {}", impl.where(), message.topic));
  }
  const bool done = impl.changed.wait_for(lock, stop, time_out, [&] { return impl.acknowledged.contains(impl.id); });
  if (done) {
    impl.id = 0;
    return {};
  }
  if (stop.stop_requested()) return fail(ErrorCode::kCancelled, std::format("{}: interrupted", impl.where()));
  return fail(ErrorCode::kTimedOut,
              std::format("{}: no acknowledgement within {} ms; is it overloaded?", impl.where(), time_out.count()));
}

}  // namespace vigil::alerts
