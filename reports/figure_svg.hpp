#pragma once
// A study's figure as one SVG file: lines with bands, or bars. No script, no external reference, readable in light and dark, with a
// title and a description for screen readers. Colours: Okabe and Ito 2008, told apart by dash pattern as well. Text is escaped.

#include <string>

#include "sim/claims/study.hpp"

namespace aif::reports {

std::string figure_svg(sim::StudyFigure const& figure);

// Figures as SVG and tables as CSV of every study into a folder, named STUDY.FIGURE.svg and STUDY.TABLE.csv; each whole or not at all.
void write_studies(std::vector<sim::StudyResult> const& studies, std::string const& dir);

}  // namespace aif::reports
