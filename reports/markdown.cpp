// A report as Markdown for a wiki: every paragraph and table; drawings are told by their captions. Text of a scenario stays text.
#include <fmt/format.h>

#include "reports/html.hpp"

namespace aif::reports {
namespace {

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::string_view("\\`*_{}[]#|!~").find(c) != std::string_view::npos) out += '\\';
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string cell_text(Cell const& cell) {
  std::string out;
  for (auto const& f : cell.figure) out += f.shown.text();
  if (cell.quantity) out += cell.quantity->shown.text();
  out += cell.text;
  if (!cell.note.empty()) out += " (" + cell.note + ")";
  return escape(out);
}

std::string md(Paragraph const& p) { return escape(p.text) + "\n\n"; }
std::string md(Preformatted const&) { return ""; }  // long texts stay in the result file
std::string md(Picture const& p) { return fmt::format("*{}*\n\n", escape(p.text)); }
std::string md(Cards const& cards) {
  std::string out = "| figure | value | 8 in 10 cases | validity |\n|---|---:|---:|---|\n";
  for (auto const& f : cards.figures) out += fmt::format("| {} | {} | {} | {} |\n", escape(f.label), escape(f.shown.text()), f.band.empty() ? "no band" : escape(f.band), escape(in_words(enum_name(f.validity))));
  return out + "\n";
}
std::string md(Strip const& strip) {
  std::string out = fmt::format("**{}**\n\n", escape(strip.caption));
  for (auto const& part : strip.parts) out += fmt::format("- {}: {} ({})\n", escape(part.label), escape(part.text), percent_text(part.share));
  return out + "\n";
}
std::string md(Table const& table) {
  std::string out = fmt::format("**{}**\n\n|", escape(table.caption)), rule = "|";
  for (auto const& c : table.columns) out += " " + escape(c.name) + " |", rule += c.is_number ? "---:|" : "---|";
  out += "\n" + rule + "\n";
  for (auto const& row : table.rows) {
    out += "|";
    for (auto const& cell : row) out += " " + cell_text(cell) + " |";
    out += "\n";
  }
  return out + "\n";
}
std::string md(Chart const& chart) { return fmt::format("### {}\n\n{}\n\n", escape(chart.title), escape(chart.caption)) + md(chart.twin); }

}  // namespace

std::string render_markdown(ReportModel const& model) {
  std::string out = fmt::format("# {}\n\n*{}*\n\n{}\n\n", escape(model.title), escape(model.question), escape(model.verdict));
  for (auto const& fact : model.facts) out += fmt::format("* {}: {}\n", escape(fact.label), escape(fact.text));
  if (!model.facts.empty()) out += "\n";
  for (auto const& section : model.sections) {
    out += fmt::format("## {}\n\n", escape(section.title));
    for (auto const& block : section.blocks) out += std::visit([](auto const& b) { return md(b); }, block);
  }
  return out;
}

}  // namespace aif::reports
