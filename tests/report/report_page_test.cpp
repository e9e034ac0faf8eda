#include "report/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vigil::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReportPage, carries_everything_inside_and_names_no_address) {
  for (const ReportKind kind : {ReportKind::kTraining, ReportKind::kAnalysis, ReportKind::kEvent}) {
    const std::string page = render_report(kind, "Camera 3", R"({"facts":[]})");
    EXPECT_TRUE(page.starts_with("<!doctype html>"));
    EXPECT_THAT(page, HasSubstr("<h1>Camera 3</h1>"));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr("uPlot"));
    EXPECT_THAT(page, HasSubstr(R"({"facts":[]})"));
    EXPECT_THAT(page, Not(HasSubstr("{{")));
    EXPECT_THAT(page, Not(HasSubstr(" src=")));
    const std::size_t icon = page.find("<link");
    EXPECT_THAT(page.substr(icon), testing::StartsWith("<link rel=\"icon\" href=\"data:"));
    EXPECT_EQ(page.find("<link", icon + 1), std::string::npos);
    EXPECT_THAT(page, Not(HasSubstr("@import")));
  }
}

TEST(ReportPage, hostile_title_and_data_stay_text) {
  const std::string attack = R"(</script><script>alert("x")</script>)";
  const std::string page = render_report(ReportKind::kTraining, "</title>" + attack, R"({"name":")" + attack + R"(<!--"})");
  EXPECT_THAT(page, Not(HasSubstr("alert(\"x\")</script>")));
  EXPECT_THAT(page, HasSubstr("&lt;/title&gt;&lt;/script&gt;"));
  EXPECT_THAT(page, HasSubstr(R"({"name":"\u003c/script\u003e\u003cscript\u003ealert)"));
  EXPECT_THAT(page, Not(HasSubstr("\"<!--")));
  EXPECT_THAT(page, HasSubstr(R"(\u003c!--"})"));
}

TEST(ReportPage, slots_named_in_the_data_are_not_filled) {
  const std::string page = render_report(ReportKind::kAnalysis, "{{data}}", R"({"a":"{{style}}"})");
  EXPECT_THAT(page, HasSubstr("<h1>{{data}}</h1>"));
  EXPECT_THAT(page, HasSubstr(R"({"a":"{{style}}"})"));
}

}  // namespace
}  // namespace vigil::report
