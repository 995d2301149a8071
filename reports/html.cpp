#include "reports/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "core/write_file.hpp"
#include "reports/assets.hpp"
#include "reports/packed_series.hpp"
#include "sim/io/result_file.hpp"

namespace aif::reports {

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;  // other control characters have no place in HTML
    }
  }
  return out;
}

std::string json_for_script(Json const& json) {
  std::string const text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (c == '<') out += "\\u003c";
    else out += c;
  }
  return out;
}

namespace {

// The value in SI and what the metric is, for readers, tests and tools; the text is what people see.
std::string figure_html(Figure const& f) {
  return fmt::format("<data class=\"figure\" value=\"{:.17g}\" data-metric=\"{}\" data-option=\"{}\" data-factor=\"{:.17g}\" data-unit=\"{}\">{}</data>{}", f.value, escape_html(f.metric), f.option, f.shown.factor,
                     escape_html(f.si_unit), escape_html(f.shown.number), f.shown.unit.empty() ? "" : fmt::format(" <span class=\"unit\">{}</span>", escape_html(f.shown.unit)));
}

std::string quantity_html(Quantity const& q) {
  if (!std::isfinite(q.value)) return escape_html(q.shown.number);
  return fmt::format("<data class=\"quantity\" value=\"{:.9g}\" data-unit=\"{}\">{}</data>{}", q.value, escape_html(q.si_unit), escape_html(q.shown.number),
                     q.shown.unit.empty() ? "" : fmt::format(" <span class=\"unit\">{}</span>", escape_html(q.shown.unit)));
}

// For what belongs to one of several options, so that the page can hide it.
std::string option_attribute(int option) { return option < 0 ? "" : fmt::format(" data-of=\"{}\"", option); }

// Dotted paths may break after a dot or a slash; anything else at spaces only.
std::string breakable(std::string const& html) {
  if (html.size() < 16) return html;
  std::string out;
  for (std::size_t i = 0; i < html.size(); ++i) {
    out += html[i];
    bool const inside = i > 0 && i + 1 < html.size() && std::isalpha(static_cast<unsigned char>(html[i - 1])) && std::isalnum(static_cast<unsigned char>(html[i + 1]));
    if (inside && (html[i] == '.' || html[i] == '/' || html[i] == '#')) out += "<wbr>";
  }
  return out;
}

std::string cell_html(Cell const& cell, bool is_header, Column const& column) {
  std::string content;
  for (auto const& f : cell.figure) content += figure_html(f);
  if (cell.quantity) content += quantity_html(*cell.quantity);
  content += breakable(escape_html(cell.text));
  if (!cell.note.empty()) content += fmt::format(" <small>{}</small>", breakable(escape_html(cell.note)));
  std::string const classes = fmt::format("{}{}{}{}", cell.is_number ? "number" : "", column.is_change ? " change" : "", cell.tone.empty() ? "" : " tone-", cell.tone);
  std::string const attributes = (classes.empty() ? "" : fmt::format(" class=\"{}\"", classes)) + option_attribute(column.option);
  return is_header ? fmt::format("<th scope=\"row\"{}>{}</th>", attributes, content) : fmt::format("<td{}>{}</td>", attributes, content);
}

std::string html_of(Table const& table) {
  std::string out = fmt::format("<div class=\"table\"><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{0}\"><table{1}><caption>{0}</caption><thead><tr>", escape_html(table.caption), table.has_filter ? " data-filter" : "");
  for (auto const& column : table.columns)
    out += fmt::format("<th scope=\"col\"{}{}>{}{}</th>", column.is_number ? " class=\"number\"" : "", option_attribute(column.option), escape_html(column.name), column.note.empty() ? "" : fmt::format(" <small>{}</small>", escape_html(column.note)));
  out += "</tr></thead><tbody>\n";
  for (auto const& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) out += cell_html(row[i], i == 0 && !row[i].is_number, i < table.columns.size() ? table.columns[i] : Column{});
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></div>\n";
}

std::string html_of(Chart const& chart) {
  return fmt::format(
      "<figure class=\"chart\" id=\"{0}\"><figcaption><h3>{1}</h3><p>{2}</p></figcaption>"
      "<div class=\"canvas\" data-chart=\"{0}\" role=\"img\" aria-label=\"{1}. {2}\"></div>"
      "<details><summary>The same as a table</summary>{3}</details></figure>\n",
      escape_html(chart.id), escape_html(chart.title), escape_html(chart.caption), html_of(chart.twin));
}

std::string html_of(Paragraph const& p) { return fmt::format("<p{}>{}</p>\n", p.tone.empty() ? "" : fmt::format(" class=\"{}\"", p.tone), escape_html(p.text)); }

std::string html_of(Preformatted const& p) { return fmt::format("<details class=\"text\"><summary>{}</summary><pre tabindex=\"0\">{}</pre></details>\n", escape_html(p.title), escape_html(p.text)); }

std::string html_of(Picture const& p) {
  std::span<unsigned char const> const bytes{reinterpret_cast<unsigned char const*>(p.svg.data()), p.svg.size()};
  return fmt::format("<figure class=\"picture\"><figcaption>{}{}</figcaption><img alt=\"{}\" src=\"data:image/svg+xml;base64,{}\"></figure>\n", p.title.empty() ? "" : fmt::format("<h3>{}</h3>", escape_html(p.title)),
                     p.caption.empty() ? "" : fmt::format("<p>{}</p>", escape_html(p.caption)), escape_html(p.text), base64(bytes));
}

constexpr char const* kValidityMeans[] = {"inside what was measured", "between measured points", "beyond what was measured", "data sheets, not measured here", "no band was computed"};

// P10 to P90 on a line from zero, with the value of the run as a mark.
std::string band_html(Figure const& f) {
  if (!f.p10 || !f.p90) return "<p class=\"band\">no band computed</p>";
  double const end = 1.04 * std::max({*f.p90, f.value, 1e-300});
  auto share = [&](double v) { return 100 * std::clamp(v / end, 0.0, 1.0); };
  std::string const bar = f.metric.starts_with("pue") ? "" : fmt::format("<span class=\"range\" aria-hidden=\"true\"><i style=\"left:{:.2f}%;width:{:.2f}%\"></i><b style=\"left:{:.2f}%\"></b></span>", share(*f.p10), share(*f.p90) - share(*f.p10), share(f.value));
  char const* const outside = f.value < *f.p10 ? "; this run just below" : f.value > *f.p90 ? "; this run just above" : "";
  return fmt::format("<p class=\"band\">8 in 10 cases: {}{}</p>{}", escape_html(f.band), outside, bar);
}

std::string html_of(Cards const& cards) {
  std::string out = "<ul class=\"cards\">\n";
  for (auto const& f : cards.figures)
    out += fmt::format(
        "<li><h3>{}</h3><p class=\"value\">{}</p>{}<p class=\"trust\"><span class=\"badge badge-{}\">{}</span> {}</p></li>\n",
        escape_html(f.label), figure_html(f), band_html(f), enum_name(f.validity), f.validity == Validity::no_band ? "no band" : in_words(enum_name(f.validity)), kValidityMeans[static_cast<std::size_t>(f.validity)]);
  return out + "</ul>\n";
}

std::string facts_html(std::vector<Fact> const& facts) {
  if (facts.empty()) return "";
  std::string out = "<dl class=\"facts\">";
  for (auto const& f : facts) out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escape_html(f.label), escape_html(f.text));
  return out + "</dl>\n";
}

std::string html_of(Strip const& strip) {
  std::string bar, legend;
  for (auto const& part : strip.parts) {
    bar += fmt::format("<span class=\"cause-{}\" style=\"flex-grow:{:.5f}\"></span>", part.colour, part.share);
    legend += fmt::format("<li><span class=\"swatch cause-{}\"></span>{} <b>{}</b> ({})</li>", part.colour, escape_html(part.label), escape_html(part.text), percent_text(part.share));
  }
  return fmt::format("<div class=\"strip\"{}><h3>{}</h3><div class=\"bar\" aria-hidden=\"true\">{}</div><ul>{}</ul></div>\n", option_attribute(strip.option), escape_html(strip.caption), bar, legend);
}

std::string html_of(Section const& section) {
  std::string out = fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\"{2}><h2 id=\"{0}-title\">{1}</h2>\n", section.id, escape_html(section.title), option_attribute(section.option));
  for (auto const& block : section.blocks) out += std::visit([](auto const& b) { return html_of(b); }, block);
  return out + "</section>\n";
}

Json charts_json(ReportModel const& model) {
  Json charts = Json::object();
  for (auto const& section : model.sections)
    for (auto const& block : section.blocks)
      if (auto const* chart = std::get_if<Chart>(&block)) charts[chart->id] = {{"kind", chart->kind}, {"title", chart->title}, {"caption", chart->caption}, {"data", chart->data}};
  return charts;
}

std::string navigation_html(ReportModel const& model) {
  std::string out;
  int open = -1;  // option whose list is open
  auto close = [&] {
    if (open >= 0) out += "</ol></details></li>";
    open = -1;
  };
  for (auto const& section : model.sections) {
    if (section.option != open) {
      close();
      if (section.option >= 0) out += fmt::format("<li{}><details{}><summary>{}</summary><ol>", option_attribute(section.option), section.option == 0 ? " open" : "", escape_html(model.options.at(static_cast<std::size_t>(section.option))));
      open = section.option;
    }
    std::string const title = open < 0 ? section.title : section.title.substr(section.title.find(": ") + 2);
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>", section.id, escape_html(title));
  }
  close();
  return out;
}

// {{name}} in the frame -> text, in one pass: what is put in is not searched again.
std::string fill(std::string_view frame, std::map<std::string_view, std::string> const& texts) {
  std::string out;
  for (std::size_t at = 0;;) {
    std::size_t const open = frame.find("{{", at), close = open == std::string_view::npos ? open : frame.find("}}", open);
    if (close == std::string_view::npos) return out += frame.substr(at);
    out += frame.substr(at, open - at);
    if (auto const it = texts.find(frame.substr(open + 2, close - open - 2)); it != texts.end()) out += it->second;
    at = close + 2;
  }
}

}  // namespace

std::string render_model(ReportModel const& model, std::string const& origin, bool charts) {
  bool const drawn = charts && !chart_library().empty();
  std::string body;
  for (auto const& section : model.sections) {
    body += html_of(section);
    if (section.id == "answer") body.insert(body.rfind("</section>"), facts_html(model.facts));
  }
  return fill(page_frame(), {{"title", escape_html(model.title)},
                             {"question", escape_html(model.question)},
                             {"verdict", escape_html(model.verdict)},
                             {"origin", escape_html(origin)},
                             {"style", std::string(page_style())},
                             {"navigation", navigation_html(model)},
                             {"body", body},
                             {"data", drawn ? json_for_script({{"charts", charts_json(model)}, {"series", model.series}, {"why", model.why}, {"options", model.options}}) : json_for_script({{"charts", Json::object()}, {"series", Json::object()}, {"why", model.why}, {"options", model.options}})},
                             {"library", drawn ? std::string(chart_library()) : std::string()},
                             {"mode", drawn ? "with-charts" : "without-charts"},
                             {"script", page_script()}});
}

namespace {

void check_number(std::size_t n) {
  constexpr std::size_t kMost = 8;
  if (n == 0 || n > kMost)
    throw InputError(Diagnostic{"AF5040", Severity::error, fmt::format("a report shows one to {} results, not {}", kMost, n), "", {}, "name fewer results", 1});
}

}  // namespace

std::string render_report(std::span<sim::Results const> options, ReportOptions const& settings) {
  check_number(options.size());
  ReportOptions effective = settings;
  effective.charts = settings.charts && !chart_library().empty();
  auto const& origin = options.front().provenance;
  return render_model(make_report(options, effective), fmt::format("aifactory {}, {}", origin.version, origin.finished.substr(0, 10)), effective.charts);
}

void write_report(std::span<sim::Results const> options, std::string const& path, ReportOptions const& settings) { write_file(path, render_report(options, settings)); }

void write_markdown(std::span<sim::Results const> options, std::string const& path, ReportOptions const& settings) {
  check_number(options.size());
  write_file(path, render_markdown(make_report(options, settings)));
}

}  // namespace aif::reports
