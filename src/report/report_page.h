// render_report: takes the figures of a run as JSON, gives one HTML page that is complete in itself.
//
//   std::string page = render_report(ReportKind::kTraining, recipe.name, figures.dump());
//   write_file_atomically(out / "report.html", page);
//
// The page carries its style, its script, the chart library (uPlot) and the JSON inside and loads nothing from the network;
// its content security policy forbids it to. The pieces lie in web/report: page.html is the frame of every page, report.css
// and report.js are common, KIND.html and KIND.js are the page's own, and what shows an event is shared by the two kinds
// that do. They are embedded into the program at build time. Callable from any thread.
#pragma once

#include <string>
#include <string_view>

namespace vigil::report {

enum class ReportKind {
  kTraining,  // web/report/training.{html,js}; its JSON: learn/run_report.h
  kAnalysis,  // web/report/analysis.{html,js}; its JSON: docs of `vigil analyze`
  kEvent,     // web/report/event.{html,js}; its JSON: the same with one event only
  kIndex,     // web/report/index.{html,js}; its JSON: pipeline/analysis_index.h
};

// `title` is plain text. `json` is one valid JSON value in UTF-8; the page's script reads it as `Vigil.data`. Both may hold
// anything: neither can end the script element it lies in or open a new one.
std::string render_report(ReportKind kind, std::string_view title, std::string_view json);

}  // namespace vigil::report
