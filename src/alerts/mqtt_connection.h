// MqttConnection: a connection to a broker that is kept up on a thread of its own.
//
//   MqttConnection connection(config, {.will = "vigil/status"}, [&] { return states.take(); });
//   auto published = connection.publish(message, number, time_out, stop);
//
// publish() from one thread at a time; blocks until the broker has acknowledged.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "alerts/channels.h"
#include "alerts/home_assistant.h"

#include "core/result.h"

namespace vigil::alerts {

struct MqttConnectionOptions {
  std::string availability = {};       // topic that says "online", and "offline" once the connection is gone; empty: none
  std::filesystem::path ca_file = {};  // empty: the machine's
};

// What is to be published without anybody waiting: asked for a few times a second while there is a connection. `anew`: a
// connection was made since the last time.
using MqttBackground = std::function<std::vector<MqttMessage>(bool anew)>;

class MqttConnection {
 public:
  MqttConnection(MqttConfig config, MqttConnectionOptions options, MqttBackground background);
  ~MqttConnection();
  MqttConnection(const MqttConnection&) = delete;
  MqttConnection& operator=(const MqttConnection&) = delete;

  // Waits for a connection and for the acknowledgement, `time_out` for each. A message that is tried again under the same
  // number while its acknowledgement may still come is not published twice. Errors: kIo, kTimedOut, kInvalidArgument (the
  // broker refuses who we are), kCancelled.
  core::Status publish(const MqttMessage& message, std::uint64_t number, std::chrono::milliseconds time_out,
                       std::stop_token stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::alerts
