#include "cli/demo_command.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>

#include "station/camera_scene.h"
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/desktop.h"
#include "cli/house_files.h"
#include "cli/progress_bar.h"
#include "cli/serving.h"
#include "core/atomic_file.h"
#include "core/result.h"
#include "media/clip_writer.h"

namespace vigil::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStreetVideo = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
constexpr const char* kStreetRules = "docs/examples/street-rules.toml";
constexpr const char* kCamera = "Street";
constexpr std::size_t kPiece = 8 << 20;  // bytes

struct DemoChoice {
  std::vector<std::string> files;
  fs::path data = "vigil-demo";
  int port = 8080;
  bool no_browser = false;
  NetworkChoice networks;
};

core::Result<fs::path> street_video() {
  const char* named = std::getenv("VIGIL_STREET_VIDEO");
  fs::path path = named != nullptr && *named != '\0' ? named : kStreetVideo;
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return path;
  return core::fail(core::ErrorCode::kNotFound,
                    "the demo's street video is not at " + path.string() +
                        "; install Debian's package opencv-doc, or set VIGIL_STREET_VIDEO to a video");
}

core::Result<std::int64_t> upload(station::Uploads& uploads, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (!in || error) return core::fail(core::ErrorCode::kNotFound, std::format("{}: cannot be read", file.string()));
  auto job = uploads.begin({.name = file.filename().string(), .size = size});
  if (!job) return std::unexpected(job.error().with_context(file.string()));
  std::string piece(kPiece, '\0');
  std::uint64_t offset = 0;
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    const auto received = uploads.append(job->id, offset, {piece.data(), static_cast<std::size_t>(in.gcount())});
    if (!received) return std::unexpected(received.error().with_context(file.string()));
    offset = *received;
  }
  return job->id;
}

// Until its analysis is over, showing how far it is. Nothing: a stop came first.
std::optional<archive::Job> wait_for(Serving& serving, std::int64_t id, const CommandContext& context) {
  std::mutex mutex;
  std::condition_variable_any told;
  std::optional<archive::Job> last;
  const auto subscription = serving.station().notices().subscribe([&](const station::Notice& notice) {
    const auto* news = std::get_if<station::JobNotice>(&notice);
    if (!news || news->job.id != id) return;
    const std::scoped_lock lock(mutex);
    last = news->job;
    told.notify_all();
  });
  if (const auto now = serving.archive().jobs().get(id)) {
    const std::scoped_lock lock(mutex);
    if (!last) last = *now;
  }
  ProgressBar bar({.title = "analysing " + (last ? last->name : std::string()), .quiet = context.quiet});
  const core::ProgressSink sink = bar.sink();
  std::unique_lock lock(mutex);
  while (!context.stop.stop_requested() && !(last && last->finished)) {
    told.wait_for(lock, context.stop, std::chrono::seconds(1), [] { return false; });
    const double megabytes = last ? static_cast<double>(last->size) / 1e6 : 0;
    if (sink && last) sink({.done = last->progress * megabytes, .total = megabytes, .unit = "MB", .note = {}});
  }
  if (!last || !last->finished) return std::nullopt;
  return last;
}

// The street video as a camera: once as browsers play it, then over and over.
core::Status add_camera(Serving& serving, const fs::path& video, const fs::path& data) {
  const auto cameras = serving.archive().cameras().all();
  if (!cameras) return std::unexpected(cameras.error());
  if (std::ranges::contains(*cameras, kCamera, &archive::Camera::name)) return {};
  const fs::path playable = fs::absolute(data / "street.mp4");
  auto clip =
      media::cut_clip(video.string(), {.begin = core::MediaTime(), .end = core::MediaTime::from_seconds(3600)}, playable);
  if (!clip) return std::unexpected(clip.error());
  archive::Camera camera{.name = kCamera, .recording = true, .settings = station::kEmptyScene};
  if (const auto rules = find_house_file(kStreetRules)) {
    const auto text = core::read_file(*rules);
    const auto scene = text ? station::scene_of_rules(*text, rules->string()) : std::unexpected(text.error());
    if (!scene) return std::unexpected(scene.error());
    // A camera with privacy masks shows no video of its own, and the tour is to show it.
    auto shown = nlohmann::ordered_json::parse(*scene);
    shown["masks"] = nlohmann::ordered_json::array();
    camera.settings = shown.dump();
  }
  const auto id = serving.archive().cameras().add(camera, playable.string());
  if (!id) return std::unexpected(id.error());
  serving.station().camera_changed(*id);
  return {};
}

core::Result<bool> has_events_of(archive::Events& events, const std::string& video) {
  archive::EventSearch search{.words = video};
  do {
    const auto page = events.search(search);
    if (!page) return std::unexpected(page.error());
    if (std::ranges::contains(page->events, video, &archive::StoredEvent::source)) return true;
    search.after = page->next;
  } while (!search.after.empty());
  return false;
}

// The job of the street video that is to be waited for. Nothing: an earlier demo has analysed it.
core::Result<std::optional<std::int64_t>> street_job(Serving& serving, const fs::path& street) {
  const std::string name = street.filename().string();
  std::error_code unknown;
  const std::uintmax_t size = fs::file_size(street, unknown);
  const auto jobs = serving.archive().jobs().all();
  if (!jobs) return std::unexpected(jobs.error());
  std::optional<archive::Job> latest;
  for (const archive::Job& job : *jobs) {
    if (job.user_id || job.name != name || job.size != size) continue;
    if (job.state == archive::JobState::kDone) return std::nullopt;
    if (!latest) latest = job;
  }
  if (!latest) {
    // A job can be forgotten; its events stay.
    const auto known = has_events_of(serving.archive().events(), name);
    if (!known) return std::unexpected(known.error());
    if (*known) return std::nullopt;
    return upload(serving.station().uploads(), street);
  }
  const bool under_way = latest->state == archive::JobState::kQueued || latest->state == archive::JobState::kRunning;
  if (under_way) return latest->id;
  auto supplied = serving.station().uploads().supply(latest->id, street);
  if (!supplied) return std::unexpected(supplied.error());
  return latest->id;
}

core::Status show_analysis(Serving& serving, std::int64_t id, const CommandContext& context) {
  const auto job = wait_for(serving, id, context);
  if (!job) return core::fail(core::ErrorCode::kCancelled, "the demo was interrupted; run it again to go on");
  if (!context.quiet) print("{}: {}", job->name, job->message);
  return {};
}

core::Status prepare(Serving& serving, const fs::path& street, const DemoChoice& choice, const CommandContext& context) {
  const auto of_street = street_job(serving, street);
  if (!of_street) return std::unexpected(of_street.error());
  if (*of_street) {
    if (auto shown = show_analysis(serving, **of_street, context); !shown) return shown;
  }
  for (const std::string& video : choice.files) {
    const auto id = upload(serving.station().uploads(), video);
    if (!id) return std::unexpected(id.error());
    if (auto shown = show_analysis(serving, *id, context); !shown) return shown;
  }
  return add_camera(serving, street, choice.data);
}

ExitCode run_demo(DemoChoice choice, const CommandContext& context) {
  const auto street = street_video();
  if (!street) return report_error(street.error());
  if (const auto rules = find_house_file(kStreetRules); rules && choice.networks.line.rules.empty()) {
    // The example's places are those of the street video.
    choice.networks.line.rules = rules->string();
  }
  auto serving = Serving::open({.port = choice.port, .data = choice.data, .web = house_web()}, choice.networks,
                               /*stored_cameras=*/true);
  if (!serving) return report_error(serving.error());
  if (auto started = (*serving)->station().start(); !started) return report_error(started.error());
  if (auto prepared = prepare(**serving, *street, choice, context); !prepared) {
    (*serving)->station().stop();
    return context.stop.stop_requested() ? ExitCode::kInterrupted : report_error(prepared.error());
  }
  return (*serving)->serve(context, [&](const server::ServerAddress& at) {
    print("Vigil is at {}", at.url);
    if (at.setup_link) print("This link makes its administrator, once: {}", *at.setup_link);
    print("Ctrl-C ends it; {} keeps what it found.", fs::absolute(choice.data).string());
    if (!choice.no_browser) open_on_desktop(at.setup_link.value_or(at.url));
  });
}

}  // namespace

void register_demo_command(CLI::App& app, CommandContext& context) {
  auto choice = std::make_shared<DemoChoice>();
  CLI::App* command = app.add_subcommand(
      "demo", "The tour: analyse a real street video, and yours if you name some, and serve them with the web UI");
  command->add_option("file", choice->files, "More videos to analyse");
  command->add_option("--data", choice->data, "Folder of the demo's repository")->capture_default_str();
  command->add_option("--port", choice->port, "Where it is served; 0: any port that is free")->capture_default_str();
  command->add_flag("--no-browser", choice->no_browser, "Do not open a browser");
  add_network_options(*command, choice->networks);
  set_action(*command, context, [choice](CommandContext& ctx) { return run_demo(*choice, ctx); });
}

}  // namespace vigil::cli
