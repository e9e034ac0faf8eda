// People who look at a running server, all in one thread: bench/serve_load.py tells what to do as JSON on standard input,
// and reads what was seen from standard output.
//
// Viewers take a camera's video and data as the UI does (docs/live.md). Requests are sent at a fixed rate whether or not the
// earlier ones were answered; an answer's time counts from when its request was due.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <format>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <nlohmann/json.hpp>

namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::beast::flat_buffer;
using boost::beast::tcp_stream;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;
using Socket = boost::beast::websocket::stream<tcp_stream>;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kConnections = 32;  // that requests share
constexpr auto kOpening = seconds(20);
constexpr auto kSettling = seconds(2);  // what a newcomer gets at once is over by then
constexpr auto kLastAnswers = seconds(10);
constexpr std::uint64_t kAckBytes = 256 << 10;  // as the UI
constexpr auto kAckTime = seconds(1);

double seconds_of(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

struct Request {
  std::string kind, path;
};

struct Plan {
  std::uint16_t port = 0;
  std::string cookie;
  std::vector<std::int64_t> cameras;
  std::vector<Request> requests;
  int viewers = 0;
  double rate = 0, seconds = 0;
};

struct Camera {
  std::int64_t id = 0;
  int people = 0;                       // frames whose people were told
  std::vector<double> delays_s = {};    // from a frame to its people
  std::vector<double> arrivals_s = {};  // of pictures at viewers, less their own times
};

struct Viewer {
  std::uint64_t fragments = 0, bytes = 0, lost = 0, lines = 0;
  Clock::time_point latest = Clock::time_point::min();  // fragment
  double longest_pause_s = 0;

  void end_pause(Clock::time_point begin, Clock::time_point now) {
    longest_pause_s = std::max(longest_pause_s, seconds_of(now - std::max(latest, begin)));
    latest = now;
  }
};

struct Load {
  Plan plan;
  Clock::time_point begin = Clock::time_point::max(), end = Clock::time_point::max();  // of what is measured
  std::deque<Camera> cameras;
  std::deque<Viewer> viewers;
  int opening = 0;  // sockets that have yet to say something
  int asking = 0;   // connections that still send requests
  std::int64_t asked = 0;
  std::map<std::string, std::vector<double>> answers_ms;  // by kind
  std::map<std::string, int> errors;

  bool measuring() const {
    const auto now = Clock::now();
    return now >= begin && now < end;
  }
  std::function<void(std::exception_ptr)> or_error(std::string what) {
    return [this, what = std::move(what)](const std::exception_ptr& error) {
      if (!error) return;
      try {
        std::rethrow_exception(error);
      } catch (const std::exception& failure) {
        ++errors[std::format("{}: {}", what, failure.what())];
      }
    };
  }
};

double seconds_since(std::int64_t wall_us) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(now).count() - wall_us) / 1e6;
}

std::int64_t number_after(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  std::int64_t number = -1;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
  return number;
}

// The number in an MP4 box that has one after its version and flags. Nothing: there is no such box.
std::optional<std::uint64_t> number_in_box(std::string_view bytes, std::string_view box) {
  constexpr std::size_t kHead = 400;
  const std::size_t at = bytes.substr(0, kHead).find(box);
  if (at == std::string_view::npos || bytes.size() < at + 16) return std::nullopt;
  const std::size_t size = bytes[at + box.size()] == 1 ? 8 : 4;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + 8 + i]);
  return number;
}

net::awaitable<tcp_stream> connect(const Plan& plan) {
  tcp_stream stream(co_await net::this_coro::executor);
  co_await stream.async_connect({net::ip::make_address("127.0.0.1"), plan.port}, net::use_awaitable);
  stream.socket().set_option(net::ip::tcp::no_delay(true));
  co_return stream;
}

net::awaitable<Socket> open_socket(const Plan& plan, std::string path) {
  Socket socket(co_await connect(plan));
  socket.set_option(boost::beast::websocket::stream_base::decorator(
      [&plan](boost::beast::websocket::request_type& request) { request.set(http::field::cookie, plan.cookie); }));
  socket.read_message_max(64 << 20);
  co_await socket.async_handshake(std::format("127.0.0.1:{}", plan.port), path, net::use_awaitable);
  co_return socket;
}

// Keeps count of what a viewer of video gets. A fragment's number rises by one with each that was sent or left out.
class VideoCounter {
 public:
  VideoCounter(Load& load, Camera& camera, Viewer& viewer) : load_(load), camera_(camera), viewer_(viewer) {}

  void text(std::string_view line) {
    if (!line.contains(R"("init")")) throw std::runtime_error(std::string(line));
    number_.reset();
  }
  void bytes(std::string_view fragment) {
    const auto number = number_in_box(fragment, "mfhd"), time = number_in_box(fragment, "tfdt");
    if (!number || !time) return;
    if (number_) viewer_.lost += *number - *number_ - 1;
    number_ = number;
    const auto now = Clock::now();
    if (!load_.measuring()) return;
    ++viewer_.fragments;
    viewer_.bytes += fragment.size();
    viewer_.end_pause(load_.begin, now);
    camera_.arrivals_s.push_back(seconds_of(now.time_since_epoch()) - static_cast<double>(*time) / 1e6);
  }

 private:
  Load& load_;
  Camera& camera_;
  Viewer& viewer_;
  std::optional<std::uint64_t> number_;
};

std::string_view text_of(const flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

net::awaitable<void> watch_video(Load& load, Camera& camera, Viewer& viewer) {
  Socket socket = co_await open_socket(load.plan, std::format("/api/v1/cameras/{}/live/video", camera.id));
  VideoCounter counter(load, camera, viewer);
  flat_buffer buffer;
  std::uint64_t received = 0, told = 0;
  auto told_at = Clock::now();
  for (bool first = true;; first = false) {
    buffer.clear();
    co_await socket.async_read(buffer, net::use_awaitable);
    if (first) --load.opening;
    if (socket.got_text()) {
      counter.text(text_of(buffer));
      continue;
    }
    counter.bytes(text_of(buffer));
    received += buffer.size();
    if (received - told < kAckBytes && Clock::now() - told_at < kAckTime) continue;
    told = received;
    told_at = Clock::now();
    socket.text(true);
    const std::string ack = std::format(R"({{"ack":{}}})", received);
    co_await socket.async_write(net::buffer(ack), net::use_awaitable);
  }
}

net::awaitable<void> watch_data(Load& load, Camera& camera, Viewer* viewer) {
  Socket socket = co_await open_socket(load.plan, std::format("/api/v1/cameras/{}/live/data", camera.id));
  flat_buffer buffer;
  for (bool first = true;; first = false) {
    buffer.clear();
    co_await socket.async_read(buffer, net::use_awaitable);
    if (first) --load.opening;
    const std::string_view line = text_of(buffer);
    if (viewer && load.measuring()) ++viewer->lines;
    if (viewer || !load.measuring() || !line.contains(R"("type":"people")")) continue;
    ++camera.people;
    camera.delays_s.push_back(seconds_since(number_after(line, R"("wall_us":)")));
  }
}

net::awaitable<void> ask(Load& load) {
  tcp_stream stream = co_await connect(load.plan);
  net::steady_timer timer(co_await net::this_coro::executor);
  flat_buffer buffer;
  for (;;) {
    const std::int64_t number = load.asked;
    const auto due = load.begin + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(static_cast<double>(number) / load.plan.rate));
    if (due >= load.end) break;
    ++load.asked;
    const Request& wanted = load.plan.requests[static_cast<std::size_t>(number) % load.plan.requests.size()];
    timer.expires_at(due);
    co_await timer.async_wait(net::use_awaitable);
    http::request<http::empty_body> request(http::verb::get, wanted.path, 11);
    request.set(http::field::host, std::format("127.0.0.1:{}", load.plan.port));
    request.set(http::field::cookie, load.plan.cookie);
    co_await http::async_write(stream, request, net::use_awaitable);
    http::response_parser<http::string_body> answer;
    answer.body_limit(boost::none);
    co_await http::async_read(stream, buffer, answer, net::use_awaitable);
    load.answers_ms[wanted.kind].push_back(1000 * seconds_of(Clock::now() - due));
    if (answer.get().result_int() != 200) ++load.errors[std::format("{}: {}", wanted.kind, answer.get().result_int())];
  }
  --load.asking;
}

net::awaitable<void> wait_for(const int& count, seconds limit) {
  net::steady_timer timer(co_await net::this_coro::executor);
  for (const auto until = Clock::now() + limit; count > 0 && Clock::now() < until;) {
    timer.expires_after(milliseconds(50));
    co_await timer.async_wait(net::use_awaitable);
  }
}

net::awaitable<void> conduct(Load& load, net::io_context& context) {
  const auto start = [&](net::awaitable<void> work, std::string what) {
    net::co_spawn(context, std::move(work), load.or_error(std::move(what)));
  };
  const auto add_viewer = [&](int number) {
    Camera& camera = load.cameras[static_cast<std::size_t>(number) % load.cameras.size()];
    Viewer& viewer = load.viewers.emplace_back();
    start(watch_video(load, camera, viewer), "live video");
    start(watch_data(load, camera, &viewer), "live data");
    load.opening += 2;
  };
  for (Camera& camera : load.cameras) start(watch_data(load, camera, nullptr), "live data");
  load.opening += static_cast<int>(load.cameras.size());
  for (int i = 0; i < load.plan.viewers; ++i) add_viewer(i);
  co_await wait_for(load.opening, kOpening);
  if (load.opening > 0) load.errors["sockets that never said anything"] += load.opening;
  load.begin = Clock::now() + kSettling;
  load.end = load.begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.plan.seconds));
  if (load.plan.rate > 0) {
    for (load.asking = 0; load.asking < kConnections; ++load.asking) start(ask(load), "a request");
  }
  net::steady_timer timer(context, load.end);
  co_await timer.async_wait(net::use_awaitable);
  co_await wait_for(load.asking, kLastAnswers);
  context.stop();
}

double at(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(static_cast<std::size_t>(static_cast<double>(values.size()) * share), values.size() - 1)];
}

Json spread(std::vector<double> values) {
  return {{"count", values.size()},
          {"p50", at(values, 0.5)},
          {"p95", at(values, 0.95)},
          {"p99", at(values, 0.99)},
          {"most", at(values, 1)}};
}

Json result_of(Load& load) {
  Json result{{"asked", load.asked}, {"errors", load.errors}};
  for (Camera& camera : load.cameras) {
    const double quickest = at(camera.arrivals_s, 0);
    for (double& arrival : camera.arrivals_s) arrival -= quickest;
    result["cameras"].push_back({{"id", camera.id},
                                 {"people_per_s", static_cast<double>(camera.people) / load.plan.seconds},
                                 {"delay_s", spread(camera.delays_s)},
                                 {"video_late_s", spread(camera.arrivals_s)}});
  }
  result["viewers"] = Json::array();
  for (Viewer& viewer : load.viewers) {
    viewer.end_pause(load.begin, load.end);
    result["viewers"].push_back({{"fragments", viewer.fragments},
                                 {"bytes", viewer.bytes},
                                 {"lost", viewer.lost},
                                 {"lines", viewer.lines},
                                 {"longest_pause_s", viewer.longest_pause_s}});
  }
  std::vector<double> all;
  for (const auto& [kind, times] : load.answers_ms) {
    all.insert(all.end(), times.begin(), times.end());
    result["answers_ms"][kind] = spread(times);
  }
  result["answers_ms"]["all"] = spread(all);
  return result;
}

Plan plan_of(const Json& json) {
  Plan plan{.port = json.at("port"),
            .cookie = json.at("cookie"),
            .cameras = json.at("cameras"),
            .requests = {},
            .viewers = json.at("viewers"),
            .rate = json.at("rate"),
            .seconds = json.at("seconds")};
  for (const Json& request : json.at("requests")) plan.requests.push_back({request.at(0), request.at(1)});
  return plan;
}

}  // namespace

int main() {
  Load load;
  load.plan = plan_of(Json::parse(std::cin));
  for (const std::int64_t id : load.plan.cameras) load.cameras.push_back({.id = id});
  net::io_context context(1);
  net::co_spawn(context, conduct(load, context), load.or_error("the load"));
  context.run();
  std::cout << result_of(load).dump() << '\n';
  return 0;
}
