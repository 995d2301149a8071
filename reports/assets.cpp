#include "reports/assets.hpp"

namespace aif {
// Defined in files that CMake generates from reports/template and node_modules.
extern char const *const report_frame, *const report_style;
extern char const *const script_controls, *const script_why, *const script_base, *const script_charts_time, *const script_charts_parts, *const script_charts_plan, *const script_report;
#if AIF_HAS_CHARTS
extern char const *const echarts_script, *const echarts_notice, *const echarts_license, *const zrender_license, *const tslib_license;
#endif
}  // namespace aif

namespace aif::reports {

std::string_view page_frame() { return report_frame; }
std::string_view page_style() { return report_style; }

std::string page_script() {
  std::string all = "\"use strict\";\n";
  for (char const* part : {script_controls, script_why, script_base, script_charts_time, script_charts_parts, script_charts_plan, script_report}) (all += '\n') += part;
  return all;
}

#if AIF_HAS_CHARTS
std::string_view chart_library() { return echarts_script; }
std::vector<Notice> third_party_notices() {
  return {{"Apache ECharts: NOTICE", echarts_notice}, {"Apache ECharts: LICENSE, with that of d3", echarts_license}, {"zrender: LICENSE", zrender_license}, {"tslib: LICENSE", tslib_license}};
}
#else
std::string_view chart_library() { return {}; }
std::vector<Notice> third_party_notices() { return {}; }
#endif

}  // namespace aif::reports
