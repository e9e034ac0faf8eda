#include "report/pieces.h"

#include <cstddef>

// The assembler's .incbin, because GCC 14 has no #embed yet. CMake names the folders and rebuilds this file when a piece
// changes.
#define VIGIL_EMBED(name, path)                                          \
  asm(".pushsection .rodata\n"                                           \
      ".hidden vigil_piece_" #name "\n.global vigil_piece_" #name        \
      "\n"                                                               \
      ".hidden vigil_piece_" #name "_end\n.global vigil_piece_" #name    \
      "_end\n"                                                           \
      "vigil_piece_" #name ":\n.incbin \"" path "\"\nvigil_piece_" #name \
      "_end:\n"                                                          \
      ".byte 0\n.popsection\n");                                         \
  extern "C" const char vigil_piece_##name[];                            \
  extern "C" const char vigil_piece_##name##_end[];                      \
  std::string_view vigil::report::name() {                               \
    const auto size = vigil_piece_##name##_end - vigil_piece_##name;     \
    return {vigil_piece_##name, static_cast<std::size_t>(size)};         \
  }

VIGIL_EMBED(page_html, VIGIL_REPORT_FILES "/page.html")
VIGIL_EMBED(report_css, VIGIL_REPORT_FILES "/report.css")
VIGIL_EMBED(report_js, VIGIL_REPORT_FILES "/report.js")
VIGIL_EMBED(russian_js, VIGIL_REPORT_FILES "/russian.js")
VIGIL_EMBED(training_html, VIGIL_REPORT_FILES "/training.html")
VIGIL_EMBED(training_js, VIGIL_REPORT_FILES "/training.js")
VIGIL_EMBED(analysis_html, VIGIL_REPORT_FILES "/analysis.html")
VIGIL_EMBED(analysis_js, VIGIL_REPORT_FILES "/analysis.js")
VIGIL_EMBED(event_html, VIGIL_REPORT_FILES "/event.html")
VIGIL_EMBED(event_js, VIGIL_REPORT_FILES "/event.js")
VIGIL_EMBED(event_view_css, VIGIL_REPORT_FILES "/event_view.css")
VIGIL_EMBED(event_view_js, VIGIL_REPORT_FILES "/event_view.js")
VIGIL_EMBED(moments_js, VIGIL_REPORT_FILES "/moments.js")
VIGIL_EMBED(boxes_js, VIGIL_REPORT_FILES "/boxes.js")
VIGIL_EMBED(player_js, VIGIL_REPORT_FILES "/player.js")
VIGIL_EMBED(people_js, VIGIL_REPORT_FILES "/people.js")
VIGIL_EMBED(print_js, VIGIL_REPORT_FILES "/print.js")
VIGIL_EMBED(about_js, VIGIL_REPORT_FILES "/about.js")
VIGIL_EMBED(index_html, VIGIL_REPORT_FILES "/index.html")
VIGIL_EMBED(index_js, VIGIL_REPORT_FILES "/index.js")
VIGIL_EMBED(uplot_css, VIGIL_UPLOT_FILES "/uPlot.min.css")
VIGIL_EMBED(uplot_js, VIGIL_UPLOT_FILES "/uPlot.iife.min.js")
