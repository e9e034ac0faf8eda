// Subscriber: hears everything that a broker on this machine is told; connects again by itself. What is retained it has
// heard once it is made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vigil::alerts {

class Subscriber {
 public:
  explicit Subscriber(int port);
  ~Subscriber();
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  std::vector<std::string> heard(const std::string& topic) const;  // payloads, oldest first
  std::string last(const std::string& topic) const;                // empty: nothing
  std::map<std::string, std::string> retained() const;             // by topic: what a newcomer hears; empty payloads not

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::alerts
