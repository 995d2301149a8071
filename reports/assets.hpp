#pragma once
// Texts that are compiled in: the page's frame, style and script, and Apache ECharts with its notices when the build found it
// (CMake option AIF_REPORT_ASSETS).

#include <string>
#include <string_view>
#include <vector>

namespace aif::reports {

std::string_view page_frame();
std::string_view page_style();
std::string page_script();  // the files of template/*.js, one after the other

std::string_view chart_library();  // "" when it is not built in

struct Notice {
  char const* title;
  char const* text;
};
std::vector<Notice> third_party_notices();

}  // namespace aif::reports
