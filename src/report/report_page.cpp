#include "report/report_page.h"

#include <array>
#include <format>
#include <initializer_list>
#include <utility>

#include "report/pieces.h"

#include "core/check.h"

namespace vigil::report {
namespace {

struct Slot {
  std::string_view name;
  std::string content;
};

std::string escape(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> table) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    std::string_view replacement;
    for (const auto& [special, written] : table) {
      if (c == special) replacement = written;
    }
    if (replacement.empty()) {
      escaped += c;
    } else {
      escaped += replacement;
    }
  }
  return escaped;
}

std::string escape_html(std::string_view text) {
  return escape(text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}

// These characters occur in JSON only inside strings, where the escapes mean the same.
std::string escape_json_in_script(std::string_view json) {
  return escape(json, {{'&', "\\u0026"}, {'<', "\\u003c"}, {'>', "\\u003e"}});
}

// One pass, so that what a slot brings in is never searched for slots itself.
template <std::size_t N>
std::string fill(std::string_view page, const std::array<Slot, N>& slots) {
  std::string filled;
  while (true) {
    const std::size_t open = page.find("{{");
    filled += page.substr(0, open);
    if (open == std::string_view::npos) return filled;
    const std::size_t close = page.find("}}", open);
    VIGIL_CHECK(close != std::string_view::npos, "page.html closes every slot");
    const std::string_view name = page.substr(open + 2, close - open - 2);
    bool known = false;
    for (const Slot& slot : slots) {
      if (slot.name != name) continue;
      filled += slot.content;
      known = true;
    }
    VIGIL_CHECK(known, "page.html names only slots that exist");
    page.remove_prefix(close + 2);
  }
}

struct PagePieces {
  std::string_view kind;
  std::string_view html;
  std::string_view js;
  bool shows_events = false;
  std::string_view translation = {};
};

PagePieces pieces_of(ReportKind kind) {
  switch (kind) {
    case ReportKind::kTraining: return {"training report", training_html(), training_js(), false, russian_js()};
    case ReportKind::kAnalysis: return {"analysis report", analysis_html(), analysis_js(), true};
    case ReportKind::kEvent: return {"event", event_html(), event_js(), true, russian_js()};
    case ReportKind::kIndex: return {"analysed videos", index_html(), index_js()};
  }
  return {};
}

// What the pages that show events share; each file uses those before it.
std::string event_scripts() {
  std::string scripts;
  for (const std::string_view script :
       {moments_js(), boxes_js(), player_js(), people_js(), print_js(), event_view_js(), about_js()}) {
    scripts += script;
  }
  return scripts;
}

}  // namespace

std::string render_report(ReportKind kind, std::string_view title, std::string_view json) {
  const PagePieces own = pieces_of(kind);
  const std::array<Slot, 8> slots = {{
      {"title", escape_html(title)},
      {"kind", std::string(own.kind)},
      {"version", VIGIL_VERSION},
      {"style", std::format("{}\n{}{}", uplot_css(), report_css(), own.shows_events ? event_view_css() : "")},
      {"script",
       std::format("{}\n{}{}{}", uplot_js(), report_js(), own.translation, own.shows_events ? event_scripts() : "")},
      {"body", std::string(own.html)},
      {"page_script", std::string(own.js)},
      {"data", escape_json_in_script(json)},
  }};
  return fill(page_html(), slots);
}

}  // namespace vigil::report
