// Uploaded videos: the tus protocol 1.0.0 (core, creation, termination), and the jobs that they become.
#include <algorithm>
#include <charconv>
#include <format>
#include <map>

#include "alerts/alert_text.h"
#include <drogon/utils/Utilities.h>

#include "server/context.h"
#include "server/json_of.h"
#include "server/problem.h"

namespace vigil::server {
namespace {

constexpr const char* kTus = "1.0.0";
constexpr std::size_t kLongestName = 200;
constexpr const char* kChunkType = "application/offset+octet-stream";

void add_tus(Response& response, const Context& context) {
  response.headers.emplace_back("Tus-Resumable", kTus);
  response.headers.emplace_back("Tus-Version", kTus);
  response.headers.emplace_back("Tus-Extension", "creation,termination");
  response.headers.emplace_back("Tus-Max-Size", std::to_string(context.options.upload_bytes));
}

void demand_tus(const Call& call) {
  if (call.header("tus-resumable") != kTus) throw Problem(412, "tus", "Tus-Resumable must be 1.0.0");
}

std::uint64_t header_number(const Call& call, const char* name) {
  const std::string text = call.header(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    throw Problem(400, "malformed", std::format("{} must be a whole number", name));
  }
  return value;
}

// "filename c3RyZWV0Lm1wNA==,type …": keys with base64.
std::string file_name(const std::string& metadata) {
  std::size_t at = 0;
  while (at < metadata.size()) {
    const std::size_t end = std::min(metadata.find(',', at), metadata.size());
    const std::string pair = metadata.substr(at, end - at);
    const std::size_t begin = pair.find_first_not_of(' ');
    if (begin != std::string::npos && pair.compare(begin, 9, "filename ") == 0) {
      std::string name = drogon::utils::base64Decode(pair.substr(begin + 9));
      name = name.substr(name.find_last_of("/\\") + 1);
      return alerts::shortened(alerts::one_line(name), kLongestName);
    }
    at = end + 1;
  }
  return {};
}

Response create(Context& context, Call& call) {
  demand_tus(call);
  const std::uint64_t size = header_number(call, "Upload-Length");
  if (size > context.options.upload_bytes) {
    throw Problem(413, "too_large",
                  std::format("the file has {:.1f} GiB; at most {:.1f} GiB are taken", static_cast<double>(size) / (1 << 30),
                              static_cast<double>(context.options.upload_bytes) / (1 << 30)));
  }
  std::string name = file_name(call.header("upload-metadata"));
  if (name.empty()) name = "video";
  const auto job = context.station.uploads().begin({.user_id = call.user().id, .name = name, .size = size});
  if (!job && job.error().code == core::ErrorCode::kIo) throw Problem(507, "no_room", job.error().message);
  const std::int64_t id = take(job).id;
  audit(context, call.caller(), "upload", std::format("job {} ({})", id, name));
  Response response{.status = 201, .type = {}};
  add_tus(response, context);
  response.headers.emplace_back("Location", std::format("/api/v1/uploads/{}", id));
  return response;
}

Response offset(Context& context, Call& call) {
  demand_tus(call);
  const auto job = take(context.archive.jobs().get(call.number("id")));
  const bool ended = job.state == archive::JobState::kCancelled || job.state == archive::JobState::kFailed;
  if (ended && job.received < job.size) throw Problem(410, "gone", "this upload was given up");
  Response response{.type = {}};
  add_tus(response, context);
  response.headers.emplace_back("Upload-Offset", std::to_string(job.received));
  response.headers.emplace_back("Upload-Length", std::to_string(job.size));
  return response;
}

Response chunk(Context& context, Call& call) {
  demand_tus(call);
  if (!call.header("content-type").starts_with(kChunkType)) {
    throw Problem(415, "type", std::format("Content-Type must be {}", kChunkType));
  }
  const std::int64_t id = call.number("id");
  const std::uint64_t begin = header_number(call, "Upload-Offset");
  const std::uint64_t received = take(context.station.uploads().append(id, begin, call.bytes()), "offset");
  Response response = nothing();
  add_tus(response, context);
  response.headers.emplace_back("Upload-Offset", std::to_string(received));
  return response;
}

Json job_json(const archive::Job& job, const std::map<std::int64_t, std::string>& names) {
  const auto name = names.find(job.user_id.value_or(0));
  return json_of(job, name == names.end() ? "" : name->second);
}

std::map<std::int64_t, std::string> user_names(Context& context) {
  std::map<std::int64_t, std::string> names;
  for (const auto& user : take(context.archive.accounts().all())) names.emplace(user.id, user.name);
  return names;
}

Response list(Context& context, Call& call) {
  const auto of = call.caller().is_admin() ? std::nullopt : std::optional(call.user().id);
  const auto names = user_names(context);
  Json all = Json::array();
  for (const auto& job : take(context.archive.jobs().all(of))) all.push_back(job_json(job, names));
  return json_response(all);
}

Response remove(Context& context, Call& call) {
  const std::int64_t id = call.number("id");
  const auto job = take(context.archive.jobs().get(id));
  const bool over = job.finished.has_value();
  if (over) {
    context.station.uploads().remove(job);
    take(context.archive.jobs().remove(id));
  } else {
    take(context.station.cancel_job(id));
  }
  audit(context, call.caller(), over ? "delete" : "cancel", std::format("job {} ({})", id, job.name));
  Response response = nothing();
  add_tus(response, context);
  return response;
}

}  // namespace

void add_upload_routes(Routes& routes, Context& context) {
  routes.add({.method = Method::kOptions, .path = "/uploads", .access = Access::kPublic, .handler = [&context](Call&) {
                Response response = nothing();
                add_tus(response, context);
                return response;
              }});
  routes.add({.method = Method::kPost, .path = "/uploads", .access = Access::kOperator, .handler = [&context](Call& call) {
                return create(context, call);
              }});
  routes.add({.method = Method::kHead,
              .path = "/uploads/{id}",
              .access = Access::kOperator,
              .camera = CameraBy::kJob,
              .handler = [&context](Call& call) { return offset(context, call); }});
  routes.add({.method = Method::kPatch,
              .path = "/uploads/{id}",
              .access = Access::kOperator,
              .camera = CameraBy::kJob,
              .handler = [&context](Call& call) { return chunk(context, call); },
              .large_body = true});
  routes.add({.method = Method::kDelete,
              .path = "/uploads/{id}",
              .access = Access::kOperator,
              .camera = CameraBy::kJob,
              .handler = [&context](Call& call) { return remove(context, call); }});
  routes.add({.method = Method::kGet,
              .path = "/jobs",
              .access = Access::kOperator,
              .camera = CameraBy::kList,
              .handler = [&context](Call& call) { return list(context, call); }});
  routes.add({.method = Method::kGet,
              .path = "/jobs/{id}",
              .access = Access::kOperator,
              .camera = CameraBy::kJob,
              .handler = [&context](Call& call) {
                const auto job = take(context.archive.jobs().get(call.number("id")));
                return json_response(job_json(job, user_names(context)));
              }});
  routes.add({.method = Method::kDelete,
              .path = "/jobs/{id}",
              .access = Access::kOperator,
              .camera = CameraBy::kJob,
              .handler = [&context](Call& call) { return remove(context, call); }});
}

}  // namespace vigil::server
