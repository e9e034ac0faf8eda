#include <algorithm>
#include <cmath>
#include <string>

#include "report/report_page.h"
#include "walking_event.h"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/atomic_file.h"
#include "support/browser.h"
#include "support/temp_dir.h"

namespace vigil::report {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// What the expressions below use. Places are in pixels of the video, widths in pixels of the screen.
constexpr const char* kTools = R"JS(
  const find = selector => document.querySelector(selector);
  const sleep = time => new Promise(next => setTimeout(next, time));
  const until = async condition => {
    for (let i = 0; i < 2400 && !condition(); ++i) await sleep(25);
    if (!condition()) throw new Error(`not in time: ${condition}`);
  };
  const [stage, video, canvas] = [".stage", ".stage video", ".stage canvas"].map(find);
  const colours = {
    red: ([r, g, b, a]) => a > 200 && r > 200 && g < 110 && b < 110,
    green: ([r, g, b, a]) => a > 200 && g > 160 && r < 120,
    violet: ([r, g, b, a]) => a > 200 && b > 220 && r > 150 && g < 190,
  };
  const scale = () => Math.min(canvas.width / 640, canvas.height / 360);
  const stripes = (colour, y) => {
    const [left, top] = [(canvas.width - 640 * scale()) / 2, (canvas.height - 360 * scale()) / 2];
    const row = canvas.getContext("2d").getImageData(0, Math.round(top + y * scale()), canvas.width, 1).data;
    const found = [];
    for (let x = 0; x < canvas.width; ++x) {
      if (!colours[colour](row.slice(4 * x, 4 * x + 4))) continue;
      const last = found[found.length - 1];
      if (last && last.end === x) ++last.end;
      else found.push({ begin: x, end: x + 1 });
    }
    return found.map(({ begin, end }) => ({ place: ((begin + end) / 2 - left) / scale(), width: end - begin }));
  };
  const box = () => (stripes("red", 180)[0] || { place: null }).place;
  const copy = new OffscreenCanvas(640, 360).getContext("2d", { willReadFrequently: true });
  const oblong = () => {
    copy.drawImage(video, 0, 0, 640, 360);
    const row = copy.getImageData(0, 180, 640, 1).data;
    for (let x = 0; x < 640; ++x) if (row[4 * x] > 150) return x;
    return null;
  };
  // Into the middle of a frame of the clip.
  const show = async frame => {
    // A busy machine shows it long after it was found; one that is shown already is not shown again.
    const shown = new Promise(done => video.requestVideoFrameCallback(done));
    video.currentTime = frame / 25 + 0.02;
    await until(() => !video.seeking);
    await Promise.race([shown, sleep(2000)]);
    await sleep(200);
  };
  const press = async key => {
    const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
    const windowsVirtualKeyCode = { Enter: 13, Escape: 27 }[key];
    await cdp("Input.dispatchKeyEvent", { type: "keyDown", key, text, windowsVirtualKeyCode });
    await cdp("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode });
    await sleep(300);
  };
  const click = async (node, share = 0.5) => {
    node.scrollIntoView({ block: "center", behavior: "instant" });
    await sleep(100);
    const { left, top, width, height } = node.getBoundingClientRect();
    for (const type of ["mousePressed", "mouseReleased"]) {
      await cdp("Input.dispatchMouseEvent", { type, x: left + width * share, y: top + height / 2, button: "left", clickCount: 1 });
    }
    await sleep(300);
  };
)JS";

std::string script(const std::string& body) { return std::string("(async () => {") + kTools + body + "})()"; }

json look(const fs::path& folder, ReportKind kind, const json& document, const std::string& body,
          const test::LookOptions& options = {}) {
  const fs::path page = folder / "page.html";
  EXPECT_TRUE(core::write_file_atomically(page, render_report(kind, "walking.mp4", document.dump())));
  return json::parse(test::look_at(page, script(body), options));
}

// The left edge of the box stands within two pixels of the screen of where the person's is, and its upper edge is as long.
void expect_boxes_on_people(const json& frames) {
  for (const json& one : frames) {
    const double expected = 20 + 6 * one["frame"].get<double>();
    ASSERT_TRUE(one["box"].is_number()) << one;
    EXPECT_LE(std::abs(one["box"].get<double>() - expected) * one["scale"].get<double>(), 2) << one;
    EXPECT_NEAR(one["top"].get<double>(), 48, 48 * 0.3) << one;
    EXPECT_LE(std::abs(one["oblong"].get<double>() - expected), 2) << one;
  }
}

TEST(EventInBrowser, draws_red_boxes_where_violent_people_are_in_the_frame_shown) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const json seen = look(dir.path(), ReportKind::kEvent, walking_event(dir.path()), R"(
    const look = async frames => {
      const all = [];
      for (const frame of frames) {
        await show(frame);
        const edge = stripes("red", 120)[0];
        all.push({ frame, box: box(), top: edge ? edge.width / scale() : 0, oblong: oblong(), scale: scale() });
      }
      return all;
    };
    await until(() => video.readyState >= 2);
    const out = { plain: await look([13, 21, 38, 64, 77, 14]) };
    stage.style.aspectRatio = "1 / 1";
    stage.style.maxHeight = "none";
    await until(() => canvas.width === canvas.height);
    out.letterboxed = await look([30, 55]);
    stage.style.aspectRatio = "3 / 1";
    await until(() => Math.abs(canvas.width - 3 * canvas.height) < 4);
    out.pillared = await look([30, 55]);
    stage.style.aspectRatio = "1 / 1";
    stage.style.width = "200px";
    await until(() => canvas.width === 200);
    out.small = await look([30, 55]);
    return out;
  )");
  EXPECT_THAT(seen["plain"], SizeIs(6));
  for (const json& frames : seen) expect_boxes_on_people(frames);
}

TEST(EventInBrowser, boxes_follow_while_the_clip_plays) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const json seen = look(dir.path(), ReportKind::kEvent, walking_event(dir.path()), R"(
    const frames = [];
    const next = (now, { mediaTime }) => {
      if (mediaTime >= 0.5) frames.push({ frame: mediaTime * 25, box: box(), scale: scale() });
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    find(".control").click();
    await until(() => frames.length > 25);
    return frames;
  )");
  for (const json& one : seen) {
    ASSERT_TRUE(one["box"].is_number()) << one;
    const double expected = 20 + 6 * one["frame"].get<double>();
    EXPECT_LE(std::abs(one["box"].get<double>() - expected) * one["scale"].get<double>(), 2) << one;
  }
}

TEST(EventInBrowser, colour_is_not_the_only_sign_of_violence) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const json seen = look(dir.path(), ReportKind::kEvent, walking_event(dir.path()), R"(
    await until(() => video.readyState >= 2);
    await show(30);
    const out = { violent: stripes("red", 180)[0], calm: stripes("green", 250)[0] };
    await sleep(700);
    // The clock may name either half of the frame.
    out.said = find(".player [role=status]").textContent.replace(/1:41\.2\d/, "1:41.2");
    await show(5);
    out.before = { red: stripes("red", 180).length, green: stripes("green", 180).length };
    await show(60);
    out.hidden = stripes("green", 250).length;
    for (const name of ["boxes", "skeletons"]) {
      find(`[data-shows=${name}]`).click();
      await sleep(50);
    }
    out.off = stripes("red", 180).length;
    return out;
  )");
  EXPECT_NEAR(seen["calm"]["place"].get<double>(), 560, 2);
  EXPECT_GT(seen["violent"]["width"], seen["calm"]["width"]);
  EXPECT_EQ(seen["said"], "1:41.2: person 1 violent 0.90, person 2 0.10");
  EXPECT_EQ(seen["before"]["red"], 0);
  EXPECT_GT(seen["before"]["green"], 0);
  EXPECT_EQ(seen["hidden"], 0) << "the box of who is not seen is faint";
  EXPECT_EQ(seen["off"], 0);
}

TEST(EventInBrowser, keys_play_pause_seek_and_step) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const json seen = look(dir.path(), ReportKind::kEvent, walking_event(dir.path()), R"(
    await until(() => video.readyState >= 2);
    const out = { poster: find(".time").firstChild.textContent };
    const frame = () => Math.floor(video.currentTime * 25 + 0.01);
    find("article").focus();
    const steps = [];
    for (const key of [".", ".", ",", ",", ",", "ArrowRight", "ArrowLeft"]) {
      await press(key);
      const at = box();
      steps.push([frame(), at === null ? null : Math.round((at - 20) / 6)]);
    }
    out.steps = steps;
    await press(" ");
    out.plays = !video.paused;
    await press(" ");
    out.paused = video.paused;
    const button = find(".jump button");
    button.focus();
    await press(" ");
    out.jumped = !video.paused;
    video.pause();
    await show(60);
    find("summary").focus();
    await press(" ");
    out.folded = video.paused && find("details").open;
    return out;
  )");
  EXPECT_EQ(seen["poster"], "1:40.52");
  EXPECT_EQ(seen["steps"], json::parse("[[14,14],[15,15],[14,14],[13,13],[12,null],[37,37],[12,null]]"))
      << "from the poster's frame, 13; before frame 13 nobody is violent";
  EXPECT_EQ(seen["plays"], true);
  EXPECT_EQ(seen["paused"], true);
  EXPECT_EQ(seen["jumped"], true);
  EXPECT_EQ(seen["folded"], true);
}

TEST(EventInBrowser, chart_seeks_the_clip_and_follows_it) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const json seen = look(dir.path(), ReportKind::kEvent, walking_event(dir.path()), R"(
    await until(() => video.readyState >= 2);
    await until(() => find(".scores .u-over"));
    const over = find(".scores .u-over");
    await click(over, 0.75);
    const place = () => parseFloat(find(".scores .playhead").style.left) / over.clientWidth;
    const out = { time: video.currentTime, head: place(), frame: Math.round((box() - 20) / 6) };
    await show(20);
    out.later = place();
    out.legend = find(".scores .u-legend").innerText.replace(/\s+/g, " ");
    return out;
  )");
  EXPECT_NEAR(seen["time"].get<double>(), 2.4, 0.02);
  EXPECT_NEAR(seen["head"].get<double>(), 0.75, 0.015);
  EXPECT_NEAR(seen["frame"].get<double>(), 60, 1);
  EXPECT_NEAR(seen["later"].get<double>(), 0.8 / 3.2, 0.015);
  EXPECT_THAT(seen["legend"].get<std::string>(), HasSubstr("scene0.95person 10.90person 20.30opens an event0.60"));
}

TEST(EventInBrowser, shows_who_took_part_and_their_pictures_large) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const json seen = look(dir.path(), ReportKind::kEvent, walking_event(dir.path()), R"(
    await until(() => video.readyState >= 2);
    const cards = [...document.querySelectorAll(".person")];
    const out = { cards: cards.map(card => card.innerText.replace(/\s+/g, " ")) };
    cards[0].querySelector(".thumbnail").focus();
    await press("Enter");
    const dialog = find("dialog");
    out.opened = dialog.open;
    out.captions = [find("#picture-caption").textContent];
    await press("ArrowRight");
    out.captions.push(find("#picture-caption").textContent);
    await until(() => dialog.querySelector("img").naturalWidth > 0);
    await press("Escape");
    out.closed = !dialog.open;
    out.focus = document.activeElement === cards[0].querySelector(".thumbnail");
    await click(cards[0].querySelector(".time-link"));
    out.sought = video.currentTime;
    return out;
  )");
  ASSERT_THAT(seen["cards"], SizeIs(2));
  const std::string first = seen["cards"][0];
  EXPECT_THAT(first, HasSubstr("Person 1 Face 1:40.6 1:40.6 1:41.2"));
  EXPECT_THAT(first, HasSubstr("First violent 1:40.50 Highest score 0.90"));
  const std::string second = seen["cards"][1];
  EXPECT_THAT(second, HasSubstr("First violent never clearly violent"));
  EXPECT_THAT(second, HasSubstr("The face is turned away from the camera."));
  EXPECT_EQ(seen["opened"], true);
  EXPECT_EQ(seen["captions"], (json::array({"Face of person 1 at 1:40.6 (1 of 3)", "Person 1 at 1:40.6 (2 of 3)"})));
  EXPECT_EQ(seen["closed"], true);
  EXPECT_EQ(seen["focus"], true);
  EXPECT_NEAR(seen["sought"].get<double>(), 0.5, 0.01);
}

TEST(EventInBrowser, of_a_rule_is_told_in_its_own_words_and_is_not_red) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  const auto look_at = [&](const std::string& kind) {
    return look(dir.path(), ReportKind::kEvent, rule_event(dir.path(), kind), R"(
      await until(() => video.readyState >= 2);
      await show(30);
      return { text: find("article").innerText, violet: stripes("violet", 180).length, red: stripes("red", 180).length,
               tone: find("article").className };
    )");
  };
  const json line = look_at("line");
  EXPECT_THAT(line["text"].get<std::string>(), HasSubstr("nobody here at night"));
  EXPECT_THAT(line["text"].get<std::string>(), HasSubstr("Somebody crossed the line “yard”."));
  EXPECT_THAT(line["text"].get<std::string>(), Not(HasSubstr("violent")));
  EXPECT_THAT(line["tone"].get<std::string>(), HasSubstr("watch"));
  EXPECT_EQ(line["red"], 0);
  EXPECT_GT(line["violet"], 0);
  const json running = look_at("running");
  EXPECT_THAT(running["text"].get<std::string>(), HasSubstr("Somebody ran in the zone “yard”."));
  EXPECT_THAT(running["text"].get<std::string>(), HasSubstr("at the fastest 1.9 times the speed that the rule names"));
}

TEST(EventInBrowser, tells_the_time_on_the_wall_where_it_is_known) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  json document = walking_event(dir.path());
  document["started_at"] = "2026-07-01T12:00:00+00:00";
  const json seen = look(dir.path(), ReportKind::kEvent, document, R"(
    return { page: document.body.innerText, card: find(".person").innerText };
  )",
                         {.time_zone = "Asia/Tokyo"});
  EXPECT_THAT(seen["page"].get<std::string>(), HasSubstr("Began Wednesday, July 1, 2026 at 9:00:00"));
  EXPECT_THAT(seen["page"].get<std::string>(), HasSubstr("1:40.520 · 9:01:40.520"));
  EXPECT_THAT(seen["card"].get<std::string>(), HasSubstr("GMT+9"));
}

TEST(EventInBrowser, does_without_what_the_data_lacks) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  json document = walking_event(dir.path());
  document.erase("started_at");
  json& event = document["events"][0];
  for (const char* name : {"rule", "zone", "people", "boxes", "boxes_file"}) event.erase(name);
  // While it is shown, a frame's clock may still say the middle of its time.
  const std::string body = R"(
    await until(() => video.readyState >= 2);
    await show(30);
    const text = find("article").innerText.replace(/1:41\.2\d/, "1:41.2");
    return { text, switches: document.querySelectorAll(".switch").length, red: stripes("red", 180).length };
  )";
  const json lacking = look(dir.path(), ReportKind::kEvent, document, body);
  EXPECT_EQ(lacking["switches"], 0);
  EXPECT_EQ(lacking["red"], 0);
  EXPECT_THAT(lacking["text"].get<std::string>(), HasSubstr("First violent frame\n1:40.520"));
  for (const char* name : {"rule", "zone", "people", "boxes", "boxes_file"}) event[name] = nullptr;
  document["started_at"] = nullptr;
  EXPECT_EQ(look(dir.path(), ReportKind::kEvent, document, body), lacking);
}

TEST(EventInBrowser, on_paper_has_pictures_of_every_event_and_no_controls) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  json document = walking_event(dir.path());
  add_report_members(document);
  json second = rule_event(dir.path(), "zone")["events"][0];
  second["id"] = 2;
  document["events"].push_back(second);
  const json seen = look(dir.path(), ReportKind::kAnalysis, document, R"(
    const printed = new Promise(fulfil => { window.print = fulfil; });
    find("button.print").click();
    await printed;
    await cdp("Emulation.setEmulatedMedia", { media: "print" });
    const visible = selector => [...document.querySelectorAll(selector)].filter(node => node.checkVisibility()).length;
    const events = [...document.querySelectorAll("article.event")].map(event => ({
      page: getComputedStyle(event).breakBefore,
      pictures: [...event.querySelectorAll("img")].filter(image => image.checkVisibility() && image.naturalWidth > 0).length,
      stills: event.querySelectorAll(".stills canvas").length,
    }));
    const still = find(".stills canvas").getContext("2d");
    const [r, g, b] = still.getImageData(2, 2, 1, 1).data;
    const lanes = [...document.querySelectorAll(".lane a")].map(bar => bar.getAttribute("href"));
    const out = { events, lanes, grey: Math.abs(r - 64) + Math.abs(g - 64) + Math.abs(b - 64),
      controls: visible("video, button:not(.thumbnail), input, select, details, dialog"),
      wide: document.documentElement.scrollWidth > innerWidth };
    const { data } = await cdp("Page.printToPDF", { preferCSSPageSize: true, printBackground: true });
    const pdf = atob(data);
    out.pages = pdf.match(/\/Type\s*\/Page\b/g).length;
    out.images = pdf.match(/\/Subtype\s*\/Image\b/g).length;
    return out;
  )");
  ASSERT_THAT(seen["events"], SizeIs(2));
  for (const json& event : seen["events"]) {
    EXPECT_EQ(event["page"], "page");
    EXPECT_GE(event["pictures"], 4) << "poster, crops, face";
    EXPECT_EQ(event["stills"], 6);
  }
  EXPECT_EQ(seen["lanes"], json::array({"#event-2"})) << "of the rule, over the video's time";
  EXPECT_LE(seen["grey"], 12) << "the still shows the clip's picture";
  EXPECT_EQ(seen["controls"], 0);
  EXPECT_EQ(seen["wide"], false);
  EXPECT_GE(seen["pages"], 4) << "the overview, a page for each event, how it was found";
  EXPECT_GE(seen["images"], 12);
}

TEST(EventInBrowser, hostile_names_stay_text_and_fit_a_phone) {
  VIGIL_REQUIRE_BROWSER();
  const test::TempDir dir;
  json document = rule_event(dir.path(), "zone");
  add_report_members(document);
  const std::string attack = R"(<img src=x onerror="document.title='taken'"></script>)" + std::string(200, 'w');
  json& event = document["events"][0];
  for (const char* name : {"rule", "zone"}) event[name] = attack;
  event["people"][0]["face"] = nullptr;
  event["people"][0]["face_note"] = attack;
  event["page"] = "event-001.html";
  document["started_at"] = "2026-07-01T12:00:00Z";
  document["source"]["name"] = attack;
  for (const ReportKind kind : {ReportKind::kAnalysis, ReportKind::kEvent}) {
    const json seen = look(dir.path(), kind, document, R"(
      await sleep(300);
      return { title: document.title, planted: document.querySelectorAll("[onerror]").length, text: find("article").innerText,
               link: find(".alone") && find(".alone").getAttribute("href"), report: find("#report") && find("#report").getAttribute("href"),
               wide: document.documentElement.scrollWidth - innerWidth };
    )",
                           {.width_px = 390});
    EXPECT_EQ(seen["title"], "walking.mp4 · Vigil");
    EXPECT_EQ(seen["planted"], 0);
    EXPECT_THAT(seen["text"].get<std::string>(), HasSubstr(attack));
    EXPECT_LE(seen["wide"], 0);
    EXPECT_EQ(seen["link"], kind == ReportKind::kAnalysis ? json("event-001.html") : json());
    EXPECT_EQ(seen["report"], kind == ReportKind::kEvent ? json("report.html") : json());
  }
}

}  // namespace
}  // namespace vigil::report
