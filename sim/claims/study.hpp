#pragma once
// What a study leaves: numbers with their definition, tables, figures and expectations, as plain data. The terminal, summary.json,
// the SVG figures and any report section are made from these structs alone.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/evidence.hpp"
#include "core/fields.hpp"

namespace aif::sim {

struct StudyMetric {
  std::string id, unit, definition;
  double value = 0;
  std::optional<double> low, high;  // 10 and 90 % of the draws, or the range of the inputs
};

// A cell is a number, or words when the number is NaN.
struct StudyCell {
  double value = 0;
  std::string text;
};
StudyCell cell(double value);
StudyCell cell(std::string text);

struct StudyTable {
  std::string id, title, note;
  std::vector<std::string> columns, units;  // unit "" for words
  std::vector<std::vector<StudyCell>> rows;
};

enum class FigureKind { lines, bars };
constexpr auto enum_names(FigureKind) { return std::array<std::string_view, 2>{"lines", "bars"}; }
struct FigureSeries {
  std::string label;
  std::vector<double> x, y, low, high;  // low and high: a band, may be empty; bars: x empty
};
struct StudyFigure {
  std::string id, title, caption, x_label, y_label;
  FigureKind kind = FigureKind::lines;
  std::vector<std::string> categories;  // of bars
  std::vector<FigureSeries> series;
  bool log_x = false, log_y = false;
};

// A statement made before the run, from sourced inputs: recorded as met or missed, never a reason to change an input.
struct ExpectationParams {
  std::string id, text, expr, date, source;

  static constexpr auto fields() {
    using E = ExpectationParams;
    return FieldList{field("id", &E::id, "Name of the expectation.").required(), field("text", &E::text, "What is expected, in words.").required(),
                      field("expr", &E::expr, "METRIC <= VALUE, METRIC >= VALUE or a metric on both sides, over the metrics of the study, in their units.").required(),
                      field("date", &E::date, "When it was written down.").required(), field("source", &E::source, "What it rests on.").required()};
  }
};
struct ExpectationResult {
  std::string id, text, expr, date, source;
  double value = 0, limit = 0;
  bool met = false;
};

struct StudyResult {
  std::string id, type, title, verdict;
  std::vector<StudyMetric> metrics;
  std::vector<StudyTable> tables;
  std::vector<StudyFigure> figures;
  std::vector<ExpectationResult> expectations;
  std::vector<std::string> notes;  // what is assumed, what is neglected

  StudyMetric const* find(std::string_view metric) const;
  void add(std::string metric, double value, std::string unit, std::string definition, std::optional<double> low = {}, std::optional<double> high = {});
};

// Fills `expectations`; an expression that names no metric, or compares two of different units, is AF2865.
void judge(StudyResult& result, std::vector<ExpectationParams> const& expectations);

}  // namespace aif::sim
