#pragma once
// A report as numbers and sentences, without HTML: sections of paragraphs, figures, tables and charts. Every headline figure carries
// its metric id, option and SI value, so that a test can walk the page and compare each with the result file.

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "reports/display.hpp"
#include "sim/place_names.hpp"
#include "sim/results.hpp"

namespace aif::reports {

using Json = nlohmann::ordered_json;

// A headline metric as shown; `band` is "" when none was computed.
struct Figure {
  std::size_t option = 0;
  std::string metric, label, definition, band, si_unit;
  double value = 0;
  std::optional<double> p10, p50, p90;
  Shown shown;
  Validity validity = Validity::no_band;
};

// A number that keeps its SI value beside the text, so that the page can show it in other units.
struct Quantity {
  double value = 0;
  std::string si_unit;
  Shown shown;
};

// Text, a quantity, or a figure that can be traced; numbers stand to the right.
struct Cell {
  std::string text;
  bool is_number = false;
  std::string tone{};            // good, bad, warn or ""
  std::vector<Figure> figure{};  // none or one
  std::optional<Quantity> quantity{};
  std::string note{};  // small, below
};

struct Column {
  std::string name;
  bool is_number = false;
  int option = -1;  // of several: the page can hide its column
  bool is_change = false;  // relative to another option: the page can choose which
  std::string note{};      // small, below
};

struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  bool has_filter = false;  // long tables get a search field
};

// Drawn by report.js from `data`; `twin` is the same in a table, folded out below the drawing.
struct Chart {
  std::string id, kind, title, caption;
  Json data;
  Table twin;
};

// A drawing of ours as an image: its style and ids stay its own. `text` says what it shows to whoever cannot see it.
struct Picture {
  std::string title, caption, text, svg;
};

// Parts of a whole, as a bar of labelled segments that needs no script.
struct Strip {
  struct Part {
    std::string label, text;
    double share = 0;
    std::size_t colour = 0;
  };
  std::string caption;
  std::vector<Part> parts;
  int option = -1;
};

struct Paragraph {
  std::string text, tone{};
};
struct Preformatted {
  std::string title, text;
};
struct Cards {
  std::vector<Figure> figures;
};

using Block = std::variant<Paragraph, Cards, Strip, Table, Chart, Picture, Preformatted>;

struct Section {
  std::string id, title;
  std::vector<Block> blocks;
  int option = -1;  // of several
};

// An answer in words below the first sentence.
struct Fact {
  std::string label, text;
};

struct ReportModel {
  std::string title, question, verdict;
  std::vector<Fact> facts;  // of one option; several have a table of them
  std::vector<Section> sections;
  std::vector<std::string> options;  // names for the picker; empty for one option
  Json why = Json::object();  // what a figure can be asked (why.cpp)
  Json series;  // name -> packed column (reports/packed_series.hpp)
};

struct ReportOptions {
  std::string question;       // of the reader; a default is put when empty
  bool charts = true;         // false: tables only
  std::string reader{};       // "utility": the interconnection sheet and what it stands on; "": everything
  std::vector<std::string> names{};  // of the options; their scenarios' titles where absent
};

// One option in order: its name on the page ("Option A" ... for more than one, else ""), what its author calls it, and its results.
struct OptionView {
  std::size_t index = 0;
  std::string name, title;
  sim::Results const& results;
  sim::PlaceNames places;
  std::string prefix() const { return "o" + std::to_string(index) + "-"; }
};

ReportModel make_report(std::span<sim::Results const> options, ReportOptions const& settings);

// Sections of one option and of all; each in the file named after it.
std::vector<Section> headline_sections(std::vector<OptionView> const& options);                    // headline.cpp
std::vector<Fact> first_facts(OptionView const& option, class SiteFacts const& facts);              // first_facts.cpp
Table facts_table(std::vector<OptionView> const& options);
std::string verdict_of(std::vector<OptionView> const& options);                                    // side_by_side.cpp
Table comparison_table(std::vector<OptionView> const& options, bool all);  // all: beyond the headline figures
Section side_by_side_section(std::vector<OptionView> const& options, Json& series);
Section limits_section(OptionView const& option, Json& series);                                    // limits.cpp
Section energy_section(OptionView const& option, Json& series);                                    // energy.cpp
std::vector<Section> year_sections(OptionView const& option, Json& series);                        // year.cpp
std::vector<Section> delivery_sections(OptionView const& option, class SiteFacts const& facts, Json& series);  // delivery.cpp
std::vector<Section> workload_sections(OptionView const& option, Json& series);                    // tokens.cpp
std::vector<Section> money_sections(OptionView const& option);                                     // money.cpp
std::vector<Section> uncertainty_sections(OptionView const& option, Json& series);                 // uncertainty.cpp
std::vector<Section> risk_sections(OptionView const& option);                                      // risk.cpp
std::vector<Section> study_sections(OptionView const& option);                                     // studies.cpp
Table study_table(sim::StudyTable const& table);
Section diagrams_section(OptionView const& option, class SiteFacts const& facts);                  // diagrams.cpp
std::vector<Section> plant_sections(OptionView const& option, class SiteFacts const& facts);       // plant.cpp
Section schedules_section(OptionView const& option, class SiteFacts const& facts);                 // schedules.cpp
std::string connection_verdict(std::vector<OptionView> const& options);                            // utility.cpp
Section utility_section(OptionView const& option, class SiteFacts const& facts);
Section compliance_section(OptionView const& option, class SiteFacts const& facts);                // compliance.cpp
Json why_json(std::vector<OptionView> const& options);                                             // why.cpp
std::vector<Section> evidence_sections(OptionView const& option);                                  // evidence.cpp
Section notices_section(bool has_charts);

// Shared by them.
Figure make_figure(OptionView const& option, MetricValue const& metric);
Cell figure_cell(OptionView const& option, std::string_view metric);  // "not known" when the result lacks it
inline Cell text_cell(std::string text, std::string note = "") { return {std::move(text), false, {}, {}, {}, std::move(note)}; }
inline Cell number_cell(std::string text) { return {std::move(text), true}; }
Cell quantity_cell(double value, std::string_view si_unit, std::string_view metric = {});
std::vector<std::pair<Cause, double>> hours_by_cause(sim::Results const& results);  // all places together, longest first
Cell place_cell(OptionView const& option, std::string const& component);            // in words, the id below
std::string outage_name(OptionView const& option, sim::OutageCase const& what);     // "utility feeders: common cause"
std::string spoken_binding(OptionView const& option, std::string const& binding);   // "power (power.ups)" -> "UPS modules"
std::string driver_name(OptionView const& option, std::string const& input);        // "Chat for people: demand mean"
std::string cost_name(std::string const& id);                                       // "capital.it" -> "capital: IT"
std::string change_text(double value, double base);                                 // "+9.1 %", "" where it says nothing
inline constexpr std::string_view kMonthNames[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};

}  // namespace aif::reports
