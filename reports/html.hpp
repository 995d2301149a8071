#pragma once
// One self-contained HTML file from results: no network, strict content security policy, every text escaped, all script and style
// inside. It reads without scripts (tables, strips); with them the charts are drawn by Apache ECharts.

#include <span>
#include <string>

#include "reports/report_model.hpp"

namespace aif::reports {

// One to eight results; throws InputError (AF5040) when there are none or more.
std::string render_report(std::span<sim::Results const> options, ReportOptions const& settings = {});

// Any report made of sections; `origin` stands under the title, charts are drawn when the chart library was built in and `charts`.
std::string render_model(ReportModel const& model, std::string const& origin, bool charts = true);

// The same as Markdown, without drawings.
std::string render_markdown(ReportModel const& model);  // markdown.cpp

// Renders and writes it, whole or not at all.
void write_report(std::span<sim::Results const> options, std::string const& path, ReportOptions const& settings = {});
void write_markdown(std::span<sim::Results const> options, std::string const& path, ReportOptions const& settings = {});

std::string escape_html(std::string_view text);
std::string json_for_script(Json const& json);  // `<` as \u003c, so that no text can end the script

}  // namespace aif::reports
