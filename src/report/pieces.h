// The files of web/report as they were when the program was built.
#pragma once

#include <string_view>

namespace vigil::report {

std::string_view page_html();
std::string_view report_css();
std::string_view report_js();
std::string_view russian_js();
std::string_view training_html();
std::string_view training_js();
std::string_view analysis_html();
std::string_view analysis_js();
std::string_view event_html();
std::string_view event_js();
std::string_view event_view_css();
std::string_view event_view_js();
std::string_view moments_js();
std::string_view boxes_js();
std::string_view player_js();
std::string_view people_js();
std::string_view print_js();
std::string_view about_js();
std::string_view index_html();
std::string_view index_js();
std::string_view uplot_css();
std::string_view uplot_js();

}  // namespace vigil::report
