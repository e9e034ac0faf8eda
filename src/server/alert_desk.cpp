#include "server/alert_desk.h"

#include <algorithm>
#include <format>
#include <utility>

#include "core/atomic_file.h"
#include "core/log.h"
#include "server/access.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

using alerts::AlertRule;
using alerts::Channel;

constexpr const char* kName = "alerts";
constexpr std::size_t kMost = 100;  // channels, and rules
constexpr const char* kSubject = "mailto:administrator@vigil.invalid";

template <typename T, typename Parse>
std::vector<T> parse_all(const Json& list, const char* name, Parse parse) {
  if (!list.is_array() || list.size() > kMost) {
    throw Problem(422, "invalid", std::format("{}: must be a list of at most {}", name, kMost), name);
  }
  std::vector<T> all;
  for (const Json& one : list) {
    auto parsed = parse(one.dump());
    if (!parsed) throw Problem(422, "invalid", parsed.error().message, name);
    all.push_back(std::move(*parsed));
  }
  return all;
}

// Those that are new get ids after the highest one that is in use.
template <typename T>
void give_ids(std::vector<T>& all) {
  std::int64_t last = 0;
  for (const T& one : all) last = std::max(last, one.id);
  for (T& one : all) {
    if (one.id == 0) one.id = ++last;
  }
}

// What a channel of web push signs with is this server's, not the form's.
Json with_keys(Json channels, const alerts::VapidKeys& keys) {
  for (Json& channel : channels) {
    if (!channel.is_object() || !channel.contains("type") || channel["type"] != "web_push") continue;
    channel["public_key"] = keys.public_key;
    channel["private_key"] = keys.private_key;
    if (!channel.contains("subject") || channel["subject"] == "") channel["subject"] = kSubject;
  }
  return channels;
}

alerts::Alert alert_of(const station::CameraEvent& event, alerts::AlertState state) {
  return {.uid = event.uid,
          .kind = event.kind,
          .rule = event.rule,
          .zone = event.zone,
          .camera_id = event.camera_id,
          .camera = event.source,
          .time = event.time,
          .score = event.score,
          .state = state};
}

}  // namespace

AlertDesk::AlertDesk(archive::Archive& archive, station::Station& station)
    : archive_(archive),
      station_(station),
      alerts_({.push = {.subscriptions = [this](const alerts::Alert& alert) { return browsers_for(alert); },
                        .on_gone =
                            [this](const std::string& endpoint) {
                              forget([&](const Browser& browser) { return browser.subscription.endpoint == endpoint; });
                            }}}) {}

AlertDesk::~AlertDesk() { listening_.reset(); }

core::Status AlertDesk::start(const std::string& base_url) {
  const auto kept = archive_.settings().get_secret(kName);
  if (!kept) return std::unexpected(kept.error());
  {
    const std::scoped_lock lock(mutex_);
    base_url_ = base_url;
    if (*kept) {
      if (auto well = read(**kept); !well) return well;
    } else {
      keys_ = alerts::make_vapid_keys();
      if (auto saved = save(); !saved) return saved;
    }
  }
  auto all = settings();
  if (!all) return std::unexpected(all.error());
  if (auto configured = alerts_.configure(std::move(*all)); !configured) return configured;
  listening_ = station_.notices().subscribe([this](const station::Notice& notice) { tell(notice); });
  return {};
}

core::Result<alerts::AlertSettings> AlertDesk::settings() const {
  const auto all = archive_.cameras().all();
  if (!all) return std::unexpected(all.error());
  std::vector<alerts::CameraName> cameras;
  for (const archive::Camera& camera : *all) cameras.push_back({.id = camera.id, .name = camera.name});
  const std::scoped_lock lock(mutex_);
  return alerts::AlertSettings{.rules = rules_, .channels = channels_, .cameras = std::move(cameras), .base_url = base_url_};
}

// Requires the lock.
std::string AlertDesk::text() const {
  Json json{{"public_key", keys_.public_key}, {"private_key", keys_.private_key}};
  for (const char* list : {"channels", "rules", "browsers"}) json[list] = Json::array();
  for (const Channel& channel : channels_) json["channels"].push_back(Json::parse(alerts::to_json(channel)));
  for (const AlertRule& rule : rules_) json["rules"].push_back(Json::parse(alerts::to_json(rule)));
  for (const auto& [user, browser] : browsers_) {
    json["browsers"].push_back(
        {{"user", user}, {"endpoint", browser.endpoint}, {"p256dh", browser.p256dh}, {"auth", browser.auth}});
  }
  return json.dump();
}

core::Status AlertDesk::read(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    keys_ = {.public_key = json.at("public_key"), .private_key = json.at("private_key")};
    channels_ = parse_all<Channel>(json.at("channels"), "channels", alerts::channel_from_json);
    rules_ = parse_all<AlertRule>(json.at("rules"), "rules", alerts::rule_from_json);
    for (const Json& one : json.at("browsers")) {
      browsers_.push_back(
          {.user = one.at("user"),
           .subscription = {.endpoint = one.at("endpoint"), .p256dh = one.at("p256dh"), .auth = one.at("auth")}});
    }
    return {};
  } catch (const std::exception& error) {
    return core::fail(core::ErrorCode::kUnreadable,
                      std::format("what is set about alerts cannot be read: {}", error.what()));
  }
}

core::Status AlertDesk::save() { return archive_.settings().set_secret(kName, text()); }

Json AlertDesk::json() {
  Json stats = Json::array();
  for (const alerts::ChannelStats& channel : alerts_.stats()) {
    stats.push_back({{"id", channel.channel_id},
                     {"sent", channel.sent},
                     {"failed", channel.failed},
                     {"retried", channel.retried},
                     {"dropped", channel.dropped},
                     {"last_error", channel.last_error}});
  }
  const std::scoped_lock lock(mutex_);
  Json channels = Json::array(), rules = Json::array();
  for (const Channel& channel : channels_) channels.push_back(Json::parse(alerts::to_public_json(channel)));
  for (const AlertRule& rule : rules_) rules.push_back(Json::parse(alerts::to_json(rule)));
  return {{"channels", std::move(channels)},
          {"rules", std::move(rules)},
          {"stats", std::move(stats)},
          {"push_key", keys_.public_key}};
}

void AlertDesk::set(const Json& channels, const Json& rules) {
  const std::scoped_lock one(configuring_);
  auto wanted = parse_all<Channel>(with_keys(channels, keys_), "channels", alerts::channel_from_json);
  auto wanted_rules = parse_all<AlertRule>(rules, "rules", alerts::rule_from_json);
  give_ids(wanted);
  give_ids(wanted_rules);
  alerts::AlertSettings next = take(settings());
  for (Channel& channel : wanted) {
    const auto old = std::ranges::find(next.channels, channel.id, &Channel::id);
    if (old != next.channels.end()) channel = alerts::with_secrets_of(channel, *old);
  }
  next.channels = wanted;
  next.rules = wanted_rules;
  if (auto configured = alerts_.configure(next); !configured) {
    throw Problem(422, "invalid", configured.error().message, "channels");
  }
  const std::scoped_lock lock(mutex_);
  channels_ = std::move(wanted);
  rules_ = std::move(wanted_rules);
  take(save());
}

void AlertDesk::cameras_changed() {
  const std::scoped_lock one(configuring_);
  auto all = settings();
  const core::Status configured = all ? alerts_.configure(std::move(*all)) : std::unexpected(all.error());
  if (!configured) core::log_error("alerts: {}", configured.error().message);
}

core::Status AlertDesk::test(std::int64_t channel) {
  {
    const std::scoped_lock lock(mutex_);
    if (!std::ranges::contains(channels_, channel, &Channel::id)) nothing_here(std::format("alert channel {}", channel));
  }
  return alerts_.test(channel);
}

std::string AlertDesk::push_key() {
  const std::scoped_lock lock(mutex_);
  return keys_.public_key;
}

void AlertDesk::subscribe(std::int64_t user, const alerts::PushSubscription& browser) {
  const auto valid = alerts::check_subscription(browser);
  if (!valid) throw Problem(422, "invalid", valid.error().message, "endpoint");
  const std::scoped_lock lock(mutex_);
  std::erase_if(browsers_, [&](const Browser& known) { return known.subscription.endpoint == browser.endpoint; });
  if (std::ranges::count(browsers_, user, &Browser::user) >= static_cast<std::ptrdiff_t>(kMostBrowsers)) {
    throw Problem(409, "too_many", std::format("{} browsers are subscribed already", kMostBrowsers));
  }
  browsers_.push_back({.user = user, .subscription = browser});
  take(save());
}

void AlertDesk::unsubscribe(std::int64_t user, const std::string& endpoint) {
  forget([&](const Browser& browser) { return browser.user == user && browser.subscription.endpoint == endpoint; });
}

void AlertDesk::forget(const std::function<bool(const Browser&)>& which) {
  const std::scoped_lock lock(mutex_);
  if (std::erase_if(browsers_, which) == 0) return;
  if (auto saved = save(); !saved) core::log_error("alerts: {}", saved.error().message);
}

std::vector<alerts::PushSubscription> AlertDesk::browsers_for(const alerts::Alert& alert) {
  std::vector<Browser> browsers;
  {
    const std::scoped_lock lock(mutex_);
    browsers = browsers_;
  }
  const auto camera = alert.camera_id == 0 ? std::nullopt : std::optional(alert.camera_id);
  std::vector<alerts::PushSubscription> permitted;
  for (const Browser& browser : browsers) {
    const auto user = AccessControl::caller_of(archive_, browser.user);
    if (!user || !user->user) continue;
    if (AccessControl::may_know(*user, camera, alert.upload)) permitted.push_back(browser.subscription);
  }
  return permitted;
}

void AlertDesk::tell(const station::Notice& notice) {
  if (const auto* begun = std::get_if<station::EventBegun>(&notice)) {
    alerts_.offer(alert_of(begun->event, alerts::AlertState::kBegun));
  } else if (const auto* lost = std::get_if<station::EventLost>(&notice)) {
    alerts::Alert alert = alert_of(lost->event, alerts::AlertState::kEnded);
    alert.sentence =
        std::format("{} at {} has ended, and could not be stored: the log of the server says why", alert.kind, alert.camera);
    alerts_.offer(alert);
  } else if (const auto* event = std::get_if<station::EventNotice>(&notice)) {
    if (event->change == station::EventChange::kAdded) tell_stored(event->id);
  }
}

void AlertDesk::tell_stored(std::int64_t id) {
  const auto event = archive_.events().get(id);
  if (!event) return;
  std::shared_ptr<const std::string> poster;
  if (!event->poster.empty()) {
    const auto path = archive_.files().local_path(archive::EventStore::key(*event, event->poster));
    const auto bytes = path ? core::read_file(*path) : std::unexpected(path.error());
    if (bytes) poster = std::make_shared<const std::string>(*bytes);
  }
  alerts_.offer({.uid = event->uid,
                 .event_id = event->id,
                 .kind = event->kind,
                 .rule = event->rule,
                 .zone = event->zone,
                 .camera_id = event->camera_id.value_or(0),
                 .upload = event->upload,
                 .camera = event->source,
                 .time = event->begin,
                 .score = event->score,
                 .state = alerts::AlertState::kEnded,
                 .link = std::format("/events/{}", event->id),
                 .poster = std::move(poster)});
}

}  // namespace vigil::server
