// The repository: searching, one event with its files, what people decide about it.
#include <algorithm>
#include <charconv>
#include <format>
#include <ranges>

#include "server/access.h"
#include "server/context.h"
#include "server/event_report.h"
#include "server/json_of.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

using archive::EventSearch;
using archive::StoredEvent;

constexpr std::size_t kLongestWords = 200;
constexpr std::size_t kMostNote = 4000;  // bytes
constexpr std::int64_t kMostOffsetMin = 15 * 60;

std::vector<std::int64_t> camera_list(const std::string& text) {
  std::vector<std::int64_t> cameras;
  for (const auto part : std::views::split(text, ',')) {
    const std::string_view digits(part);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      throw Problem(422, "invalid", std::format("camera={}: must be ids of cameras, separated by commas", text), "camera");
    }
    cameras.push_back(id);
  }
  return cameras;
}

archive::Review review_in(const std::string& text) {
  const archive::Review review = archive::review_of(text);
  if (archive::to_string(review) == text) return review;
  throw Problem(422, "invalid", std::format("review={}: must be new, kept or dismissed", text), "review");
}

std::vector<std::int64_t> visible_cameras(Context& context, const Caller& caller) {
  if (!caller.is_admin()) return caller.cameras;
  std::vector<std::int64_t> all;
  for (const auto& camera : take(context.archive.cameras().all())) all.push_back(camera.id);
  return all;
}

// Where and when the caller asks for, and never more than the caller may know of.
EventSearch search_of(Context& context, const Call& call) {
  const Caller& caller = call.caller();
  const auto uploads = call.query_flag("uploads");
  EventSearch search{.from = call.query_time("from"), .until = call.query_time("until")};
  if (const auto asked = call.query("camera")) {
    search.cameras = camera_list(*asked);
    std::erase_if(*search.cameras, [&](std::int64_t camera) { return !caller.may_see(camera); });
  } else if (uploads == true) {
    search.cameras.emplace();  // of uploads alone
  } else if (uploads == false || !caller.is_admin()) {
    search.cameras = visible_cameras(context, caller);
  }
  search.uploads = uploads.value_or(!call.query("camera")) && caller.may_see_uploads();
  return search;
}

Response list(Context& context, Call& call) {
  EventSearch search = search_of(context, call);
  search.job = call.query_number("job");
  search.kind = call.query("kind").value_or("");
  if (const auto review = call.query("review")) search.review = review_in(*review);
  search.pinned = call.query_flag("pinned");
  search.least_score = call.query_real("least_score");
  search.person = call.query_number("person");
  search.words = call.query("words").value_or("");
  if (search.words.size() > kLongestWords) {
    throw Problem(422, "invalid", std::format("words: at most {} characters", kLongestWords), "words");
  }
  search.after = call.query("after").value_or("");
  search.count = static_cast<int>(std::clamp<std::int64_t>(call.query_number("count").value_or(50), 0, 501));
  search.oldest_first = call.query_flag("oldest_first").value_or(false);
  const archive::EventPage page = take(context.archive.events().search(search));
  Json events = Json::array();
  for (const StoredEvent& event : page.events) events.push_back(summary_of(event));
  return json_response({{"events", std::move(events)}, {"next", page.next.empty() ? Json() : Json(page.next)}});
}

Response days(Context& context, Call& call) {
  const EventSearch search = search_of(context, call);
  if (!search.from || !search.until) throw Problem(422, "missing_field", "from and until are needed", "from");
  const std::int64_t offset = call.query_number("utc_offset_min").value_or(0);
  if (std::abs(offset) > kMostOffsetMin) throw Problem(422, "invalid", "utc_offset_min: at most 900", "utc_offset_min");
  Json days = Json::array();
  for (const archive::EventDay& day : take(context.archive.events().days(search, std::chrono::minutes(offset)))) {
    days.push_back({{"day", std::format("{:%F}", day.day)}, {"events", day.events}, {"violent", day.violent}});
  }
  return json_response({{"days", std::move(days)}});
}

Response get(Context& context, Call& call) {
  const StoredEvent event = take(context.archive.events().get(call.number("id")));
  audit_view(context, call.caller(), std::format("event {}", event.id));
  return json_response(json_of(event));
}

// What was decided stands in the event's files too, and is told.
Response changed(Context& context, std::int64_t id) {
  take(context.archive.event_store().update_manifest(id));
  const StoredEvent event = take(context.archive.events().get(id));
  context.station.notices().publish(station::EventNotice{
      .change = station::EventChange::kChanged, .id = id, .camera_id = event.camera_id, .upload = event.upload});
  return json_response(json_of(event));
}

Response change(Context& context, Call& call) {
  const std::int64_t id = call.number("id");
  BodyReader body = call.body();
  const auto review = body.optional_text("review");
  const auto pinned = body.optional_flag("pinned");
  const auto note = body.optional_text("note");
  const auto caption = body.optional_text("caption");
  body.done();
  for (const auto& text : {note, caption}) {
    if (text && text->size() > kMostNote) throw Problem(422, "invalid", std::format("at most {} bytes", kMostNote), "note");
  }
  archive::Events& events = context.archive.events();
  if (review) take(events.set_review(id, review_in(*review)));
  if (pinned) take(events.set_pinned(id, *pinned));
  if (note) take(events.set_note(id, *note));
  if (caption) take(events.set_caption(id, *caption));
  audit(context, call.caller(), review ? "review" : "change", std::format("event {}", id));
  return changed(context, id);
}

Response change_person(Context& context, Call& call) {
  const std::int64_t id = call.number("id");
  BodyReader body = call.body();
  const bool dismissed = body.flag("dismissed");
  body.done();
  take(context.archive.events().dismiss_person(id, call.number("person"), dismissed));
  audit(context, call.caller(), dismissed ? "dismiss person" : "take person back",
        std::format("event {}, person {}", id, call.number("person")));
  return changed(context, id);
}

Response remove(Context& context, Call& call) {
  const StoredEvent event = take(context.archive.events().get(call.number("id")));
  if (event.pinned) throw Problem(409, "pinned", "this event is pinned; take the pin off before you delete it");
  take(context.archive.event_store().remove(event.id));
  audit(context, call.caller(), "delete", std::format("event {} ({}, {})", event.id, event.kind, event.source));
  context.station.notices().publish(station::EventNotice{
      .change = station::EventChange::kRemoved, .id = event.id, .camera_id = event.camera_id, .upload = event.upload});
  return nothing();
}

// The name under which a file of the event is saved.
std::string saved_as(const StoredEvent& event, const std::string& name) {
  return std::format("vigil-event-{}-{:%Y%m%d-%H%M%S}-{}", event.id, std::chrono::floor<std::chrono::seconds>(event.begin),
                     name);
}

Response page(const StoredEvent& event, const std::string& text, bool download) {
  Response response{.type = media_type(kReportFile), .body = text};
  response.headers.emplace_back("Content-Security-Policy", kReportPolicy);
  if (download) {
    response.headers.emplace_back("Content-Disposition",
                                  std::format("attachment; filename=\"{}\"", saved_as(event, kReportFile)));
  }
  return response;
}

Response file(Context& context, Call& call) {
  const StoredEvent event = take(context.archive.events().get(call.number("id")));
  const std::string name = call.text("name");
  const std::string key = archive::EventStore::key(event, name);
  if (!archive::is_blob_key(key)) nothing_here(std::format("file {} of event {}", name, event.id));
  const auto path = context.archive.files().local_path(key);
  if (!path && path.error().code == core::ErrorCode::kNotFound)
    nothing_here(std::format("file {} of event {}", name, event.id));
  const bool download = call.query_flag("download").value_or(false);
  if (download) audit(context, call.caller(), "export", std::format("event {}, {}", event.id, name));
  if (name == kReportFile) return page(event, event_report(context.archive.files(), event), download);
  return file_response(
      {.path = take(path), .type = media_type(name), .download_name = download ? saved_as(event, name) : std::string()});
}

Response report(Context& context, Call& call) {
  const StoredEvent event = take(context.archive.events().get(call.number("id")));
  const std::string text = complete_report(context.archive.files(), event);
  audit(context, call.caller(), "export", std::format("event {}, report", event.id));
  return page(event, text, call.query_flag("download").value_or(false));
}

}  // namespace

void add_event_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kGet,
              .path = "/events",
              .access = Access::kViewer,
              .camera = CameraBy::kList,
              .handler = [&context](Call& call) { return list(context, call); }});
  routes.add({.method = Method::kGet,
              .path = "/events/days",
              .access = Access::kViewer,
              .camera = CameraBy::kList,
              .handler = [&context](Call& call) { return days(context, call); }});
  const auto add = [&](Method method, const char* path, Access access, auto handler) {
    routes.add({.method = method,
                .path = path,
                .access = access,
                .camera = CameraBy::kEvent,
                .handler = [&context, handler](Call& call) { return handler(context, call); }});
  };
  add(Method::kGet, "/events/{id}", Access::kViewer, get);
  add(Method::kPatch, "/events/{id}", Access::kOperator, change);
  add(Method::kDelete, "/events/{id}", Access::kOperator, remove);
  add(Method::kPatch, "/events/{id}/people/{person}", Access::kOperator, change_person);
  add(Method::kGet, "/events/{id}/files/{name}", Access::kViewer, file);
  add(Method::kGet, "/events/{id}/report", Access::kViewer, report);
}

}  // namespace vigil::server
