#include "server/call.h"

#include <algorithm>
#include <charconv>
#include <format>

#include "alerts/alert_text.h"

#include "server/instants.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

template <typename T>
std::optional<T> number_in(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void wrong(const std::string& name, const std::string& value, const std::string& wanted) {
  throw Problem(422, "invalid", std::format("{}={}: must be {}", name, value, wanted), name);
}

}  // namespace

bool Caller::may_see(std::int64_t camera) const { return is_admin() || std::ranges::contains(cameras, camera); }

std::optional<std::vector<std::int64_t>> Caller::limit() const { return is_admin() ? std::nullopt : std::optional(cameras); }

std::int64_t Call::number(const std::string& part) const {
  const std::string& value = parts_.at(part);
  const auto number = number_in<std::int64_t>(value);
  if (!number) nothing_here(std::format("{} {}", part, value));
  return *number;
}

std::optional<std::string> Call::query(const std::string& name) const {
  const auto& all = request_->getParameters();
  const auto found = all.find(name);
  if (found == all.end()) return std::nullopt;
  return alerts::one_line(found->second);  // databases refuse what is no UTF-8
}

std::optional<std::int64_t> Call::query_number(const std::string& name) const {
  const auto value = query(name);
  if (!value) return std::nullopt;
  const auto number = number_in<std::int64_t>(*value);
  if (!number) wrong(name, *value, "a whole number");
  return number;
}

std::optional<double> Call::query_real(const std::string& name) const {
  const auto value = query(name);
  if (!value) return std::nullopt;
  const auto number = number_in<double>(*value);
  if (!number) wrong(name, *value, "a number");
  return number;
}

std::optional<bool> Call::query_flag(const std::string& name) const {
  const auto value = query(name);
  if (!value) return std::nullopt;
  if (*value != "true" && *value != "false") wrong(name, *value, "true or false");
  return *value == "true";
}

std::optional<archive::WallTime> Call::query_time(const std::string& name) const {
  const auto value = query(name);
  if (!value) return std::nullopt;
  const auto time = from_instant(*value);
  if (!time) wrong(name, *value, "a moment such as 2026-11-26T07:42:25Z");
  return time;
}

}  // namespace vigil::server
