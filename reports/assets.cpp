#include "reports/assets.hpp"

namespace aif {
// Defined in files that CMake generates from reports/template and node_modules.
extern char const *const report_frame, *const report_style, *const report_controls, *const report_charts_plan, *const report_script;
#if AIF_HAS_CHARTS
extern char const *const echarts_script, *const echarts_notice, *const echarts_license, *const zrender_license, *const tslib_license;
#endif
}  // namespace aif

namespace aif::reports {

std::string_view page_frame() { return report_frame; }
std::string_view page_style() { return report_style; }
std::string_view page_controls() { return report_controls; }
std::string_view page_charts_plan() { return report_charts_plan; }
std::string_view page_script() { return report_script; }

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
