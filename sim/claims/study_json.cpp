#include "sim/claims/study_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace aif::sim {
namespace {

using Json = nlohmann::ordered_json;

double number(Json const& j) { return j.is_number() ? j.get<double>() : std::numeric_limits<double>::quiet_NaN(); }

Json cell_json(StudyCell const& c) { return c.text.empty() && std::isfinite(c.value) ? Json(c.value) : Json(c.text); }
StudyCell read_cell(Json const& j) { return j.is_string() ? cell(j.get<std::string>()) : cell(number(j)); }

Json figure_json(StudyFigure const& f) {
  Json j{{"id", f.id}, {"title", f.title}, {"caption", f.caption}, {"kind", enum_name(f.kind)}, {"x_label", f.x_label}, {"y_label", f.y_label}, {"log_x", f.log_x}, {"log_y", f.log_y}, {"categories", f.categories}};
  for (auto const& s : f.series) j["series"].push_back({{"label", s.label}, {"x", s.x}, {"y", s.y}, {"low", s.low}, {"high", s.high}});
  return j;
}

template <class T>
std::vector<T> list_of(Json const& j, char const* key) {
  return j.contains(key) && j.at(key).is_array() ? j.at(key).get<std::vector<T>>() : std::vector<T>{};
}
std::vector<double> numbers_of(Json const& j, char const* key) {
  std::vector<double> out;
  if (j.contains(key))
    for (auto const& v : j.at(key)) out.push_back(number(v));
  return out;
}

StudyFigure read_figure(Json const& j) {
  StudyFigure f;
  f.id = j.at("id"), f.title = j.at("title"), f.caption = j.at("caption"), f.x_label = j.at("x_label"), f.y_label = j.at("y_label");
  f.log_x = j.at("log_x"), f.log_y = j.at("log_y");
  f.categories = list_of<std::string>(j, "categories");
  auto const names = enum_names(FigureKind{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == j.at("kind").get<std::string>()) f.kind = static_cast<FigureKind>(i);
  if (j.contains("series"))
    for (auto const& s : j.at("series")) f.series.push_back({s.at("label"), numbers_of(s, "x"), numbers_of(s, "y"), numbers_of(s, "low"), numbers_of(s, "high")});
  return f;
}

std::string quoted(std::string const& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace

std::string studies_json(std::vector<StudyResult> const& studies) {
  Json all = Json::array();
  for (auto const& r : studies) {
    Json j{{"id", r.id}, {"type", r.type}, {"title", r.title}, {"verdict", r.verdict}};
    for (auto const& m : r.metrics) {
      Json& entry = j["metrics"][m.id];
      entry = {{"value", m.value}, {"unit", m.unit}, {"definition", m.definition}};
      if (m.low) entry["p10"] = *m.low;
      if (m.high) entry["p90"] = *m.high;
    }
    for (auto const& e : r.expectations)
      j["expectations"].push_back({{"id", e.id}, {"text", e.text}, {"expression", e.expr}, {"date", e.date}, {"source", e.source}, {"value", e.value}, {"limit", e.limit}, {"met", e.met}});
    for (auto const& t : r.tables) {
      Json table{{"id", t.id}, {"title", t.title}, {"note", t.note}, {"columns", t.columns}, {"units", t.units}, {"rows", Json::array()}};
      for (auto const& row : t.rows) {
        Json cells = Json::array();
        for (auto const& c : row) cells.push_back(cell_json(c));
        table["rows"].push_back(std::move(cells));
      }
      j["tables"].push_back(std::move(table));
    }
    for (auto const& f : r.figures) j["figures"].push_back(figure_json(f));
    j["notes"] = r.notes;
    all.push_back(std::move(j));
  }
  return all.dump();
}

std::vector<StudyResult> read_studies(std::string const& text) {
  std::vector<StudyResult> out;
  for (auto const& j : Json::parse(text)) {
    StudyResult& r = out.emplace_back();
    r.id = j.at("id"), r.type = j.at("type"), r.title = j.at("title"), r.verdict = j.at("verdict");
    if (j.contains("metrics"))
      for (auto const& [id, m] : j.at("metrics").items()) {
        r.metrics.push_back({id, m.at("unit"), m.at("definition"), number(m.at("value")), {}, {}});
        if (m.contains("p10")) r.metrics.back().low = number(m.at("p10"));
        if (m.contains("p90")) r.metrics.back().high = number(m.at("p90"));
      }
    if (j.contains("expectations"))
      for (auto const& e : j.at("expectations")) r.expectations.push_back({e.at("id"), e.at("text"), e.at("expression"), e.at("date"), e.at("source"), number(e.at("value")), number(e.at("limit")), e.at("met")});
    if (j.contains("tables"))
      for (auto const& t : j.at("tables")) {
        StudyTable table{t.at("id"), t.at("title"), t.at("note"), list_of<std::string>(t, "columns"), list_of<std::string>(t, "units"), {}};
        for (auto const& row : t.at("rows")) {
          auto& cells = table.rows.emplace_back();
          for (auto const& c : row) cells.push_back(read_cell(c));
        }
        r.tables.push_back(std::move(table));
      }
    if (j.contains("figures"))
      for (auto const& f : j.at("figures")) r.figures.push_back(read_figure(f));
    r.notes = list_of<std::string>(j, "notes");
  }
  return out;
}

std::string table_csv(StudyTable const& t) {
  std::string out;
  for (std::size_t c = 0; c < t.columns.size(); ++c) out += (c ? "," : "") + quoted(t.columns[c] + (c < t.units.size() && !t.units[c].empty() && t.units[c] != "1" ? " [" + t.units[c] + "]" : ""));
  out += '\n';
  for (auto const& row : t.rows) {
    for (std::size_t c = 0; c < row.size(); ++c) out += (c ? "," : "") + (row[c].text.empty() && std::isfinite(row[c].value) ? fmt::format("{:.9g}", row[c].value) : quoted(row[c].text));
    out += '\n';
  }
  return out;
}

}  // namespace aif::sim
