#include "sim/io/export_tables.hpp"

#include <date/date.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/io/tables.hpp"

namespace aif::sim {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

[[noreturn]] void refuse(std::string code, std::string message, std::string hint) { throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {}, std::move(hint), 1}); }

template <class Record, class Get>
TableColumn texts(std::string name, std::vector<Record> const& records, Get get) {
  Texts out;
  for (auto const& r : records) out.emplace_back(get(r));
  return {std::move(name), "", std::move(out)};
}
template <class Record, class Get>
TableColumn numbers(std::string name, std::string unit, std::vector<Record> const& records, Get get) {
  Numbers out;
  for (auto const& r : records) out.push_back(get(r));
  return {std::move(name), std::move(unit), std::move(out)};
}

double or_nan(std::optional<double> const& v) { return v.value_or(std::nan("")); }

Table summary(Results const& r) {
  return {"summary", {texts("metric", r.summary, [](auto const& m) { return m.id; }), numbers("value", "1", r.summary, [](auto const& m) { return m.value; }),
                      numbers("p10", "1", r.summary, [](auto const& m) { return or_nan(m.p10); }), numbers("p50", "1", r.summary, [](auto const& m) { return or_nan(m.p50); }),
                      numbers("p90", "1", r.summary, [](auto const& m) { return or_nan(m.p90); }), texts("unit", r.summary, [](auto const& m) { return m.unit; }),
                      texts("validity", r.summary, [](auto const& m) { return std::string(enum_name(m.validity)); }), texts("definition", r.summary, [](auto const& m) { return m.definition; })}};
}

Table members(EnsembleData const& e) {
  Table t{"members", {}};
  Numbers index;
  for (std::size_t m = 0; m < e.values.size(); ++m) index.push_back(static_cast<double>(m));
  t.columns.push_back({"member", "1", index});
  auto const column = [&](std::vector<Numbers> const& rows, std::size_t i) {
    Numbers out;
    for (auto const& row : rows) out.push_back(row[i]);
    return out;
  };
  for (std::size_t i = 0; i < e.inputs.size(); ++i) t.columns.push_back({e.inputs[i], e.input_units[i], column(e.draws, i)});
  for (std::size_t i = 0; i < e.metrics.size(); ++i) t.columns.push_back({e.metrics[i], "1", column(e.values, i)});
  t.columns.push_back({"failure", "", e.failures});
  return t;
}

// Time stamps of the starts of n intervals.
Texts stamps(std::string const& start, double step_s, std::size_t n) {
  std::istringstream in(start);
  date::sys_days day;
  in >> date::parse("%F", day);
  Texts out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(date::format("%FT%T", day + std::chrono::seconds(std::llround(static_cast<double>(i) * step_s))));
  return out;
}

struct Series {
  std::string name, unit, entity;
  Numbers values;
};

Numbers means(Numbers const& values, std::size_t factor) {
  if (factor <= 1) return values;
  Numbers out;
  for (std::size_t i = 0; i < values.size(); i += factor) {
    double sum = 0;
    std::size_t const n = std::min(factor, values.size() - i);
    for (std::size_t k = 0; k < n; ++k) sum += values[i + k];
    out.push_back(sum / static_cast<double>(n));
  }
  return out;
}

Table series_table(std::string const& name, std::string const& start, double step_s, std::vector<Series> series, SeriesChoice const& choice) {
  if (!choice.variables.empty()) {
    Texts known;
    for (auto const& s : series) known.push_back(s.name);
    for (auto const& wanted : choice.variables)
      if (std::find(known.begin(), known.end(), wanted) == known.end()) {
        std::string const near = did_you_mean(wanted, known);
        refuse("AF5015", fmt::format("{} has no variable `{}`", name, wanted), near.empty() ? fmt::format("variables: {}", fmt::join(known, ", ")) : fmt::format("did you mean `{}`?", near));
      }
    std::erase_if(series, [&](Series const& s) { return std::find(choice.variables.begin(), choice.variables.end(), s.name) == choice.variables.end(); });
  }
  double const ratio = choice.resample_s > 0 ? choice.resample_s / step_s : 1.0;
  if (ratio < 1 || std::abs(ratio - std::round(ratio)) > 1e-9) refuse("AF5016", fmt::format("an interval of {:g} s is no multiple of the step of {}, {:g} s", choice.resample_s, name, step_s), "for instance `--resample 1 day`");
  auto const factor = static_cast<std::size_t>(std::llround(ratio));
  for (auto& s : series) s.values = means(s.values, factor);
  std::size_t const n = series.empty() ? 0 : series.front().values.size();
  Texts const time = stamps(start, step_s * ratio, n);
  Table t{name, {}};
  if (!choice.tidy) {
    t.columns.push_back({"time", "", time});
    for (auto& s : series) t.columns.push_back({s.entity.empty() ? s.name : s.name + "." + s.entity, s.unit, std::move(s.values)});
    return t;
  }
  Texts times, entities, variables, units;
  Numbers values;
  for (auto const& s : series)
    for (std::size_t i = 0; i < n; ++i) times.push_back(time[i]), entities.push_back(s.entity), variables.push_back(s.name), units.push_back(s.unit), values.push_back(s.values[i]);
  t.columns = {{"time", "", std::move(times)}, {"entity", "", std::move(entities)}, {"variable", "", std::move(variables)}, {"value", "1", std::move(values)}, {"unit", "", std::move(units)}};
  return t;
}

Table series_of(SeriesGroup const& g, SeriesChoice const& choice) {
  std::vector<Series> series;
  for (auto const& v : g.variables) {
    if (v.dimension.empty()) {
      series.push_back({v.name, v.unit, "", {v.values.begin(), v.values.end()}});
      continue;
    }
    auto const& labels = g.coordinates.at(v.dimension);
    for (std::size_t e = 0; e < labels.size(); ++e) {
      Numbers values;
      for (std::size_t i = e; i < v.values.size(); i += labels.size()) values.push_back(static_cast<double>(v.values[i]));
      series.push_back({v.name, v.unit, labels[e], std::move(values)});
    }
  }
  return series_table(g.name, g.start, g.step_s, std::move(series), choice);
}

Table bands(Results const& r, SeriesChoice const& choice) {
  std::vector<Series> series;
  for (auto const& b : r.ensemble.bands)
    for (auto const& [suffix, values] : {std::pair{"_p10", &b.p10}, std::pair{"_p50", &b.p50}, std::pair{"_p90", &b.p90}}) series.push_back({b.name + suffix, b.unit, "", {values->begin(), values->end()}});
  return series_table("bands", r.series.empty() ? "2027-01-01" : r.series.front().start, 3600, std::move(series), choice);
}

}  // namespace

std::vector<std::string> table_names(Results const& r) {
  std::vector<std::string> out{"summary", "causes", "costs", "flows", "marginal", "checks", "events", "assumptions", "inputs", "inventory"};
  if (!r.ensemble.empty()) out.insert(out.end(), {"members", "bands"});
  for (auto const& s : r.series) out.push_back(s.name);
  return out;
}

Table table_of(Results const& r, std::string const& name, SeriesChoice const& choice) {
  if (name == "summary") return summary(r);
  if (name == "causes")
    return {name, {texts("cause", r.causes, [](auto const& c) { return std::string(enum_name(c.cause)); }), texts("component", r.causes, [](auto const& c) { return c.component; }),
                   numbers("hours", "1", r.causes, [](auto const& c) { return c.hours; }), numbers("lost_good_tokens", "1", r.causes, [](auto const& c) { return c.lost_good_token; })}};
  if (name == "costs")
    return {name, {texts("line", r.costs, [](auto const& c) { return c.id; }), numbers("capital", "USD", r.costs, [](auto const& c) { return c.capital_usd; }), numbers("annual", "USD", r.costs, [](auto const& c) { return c.annual_usd; })}};
  if (name == "flows")
    return {name, {texts("from", r.flows, [](auto const& f) { return f.from; }), texts("to", r.flows, [](auto const& f) { return f.to; }), numbers("energy", "J", r.flows, [](auto const& f) { return f.energy_j; })}};
  if (name == "marginal")
    return {name, {texts("component", r.marginal, [](auto const& m) { return m.component; }), numbers("step", "1", r.marginal, [](auto const& m) { return m.step; }),
                   texts("unit_of_step", r.marginal, [](auto const& m) { return m.unit; }), numbers("good_tokens", "1 s-1", r.marginal, [](auto const& m) { return m.d_good_token_s; })}};
  if (name == "checks")
    return {name, {texts("expression", r.checks, [](auto const& c) { return c.expression; }), texts("level", r.checks, [](auto const& c) { return c.level; }), numbers("value", "1", r.checks, [](auto const& c) { return c.value; }),
                   numbers("limit", "1", r.checks, [](auto const& c) { return c.limit; }), texts("passed", r.checks, [](auto const& c) { return std::string(c.passed ? "yes" : "no"); }),
                   numbers("probability", "1", r.checks, [](auto const& c) { return or_nan(c.probability); })}};
  if (name == "events")
    return {name, {numbers("time_of_event", "s", r.events, [](auto const& e) { return e.time_s; }), texts("kind", r.events, [](auto const& e) { return e.kind; }),
                   texts("component", r.events, [](auto const& e) { return e.component; }), texts("text", r.events, [](auto const& e) { return e.text; })}};
  if (name == "assumptions")
    return {name, {texts("path", r.assumptions, [](auto const& a) { return a.path; }), texts("value", r.assumptions, [](auto const& a) { return a.value; }), texts("origin", r.assumptions, [](auto const& a) { return a.origin; }),
                   texts("source", r.assumptions, [](auto const& a) { return a.source; }), texts("evidence", r.assumptions, [](auto const& a) { return a.evidence; })}};
  if (name == "inputs")
    return {name, {texts("name", r.provenance.inputs, [](auto const& i) { return i.first; }), texts("sha256", r.provenance.inputs, [](auto const& i) { return i.second; })}};
  if (name == "inventory")
    return {name, {texts("component", r.inventory, [](auto const& l) { return l.component; }), texts("item", r.inventory, [](auto const& l) { return l.item; }), texts("follows", r.inventory, [](auto const& l) { return l.follows; }),
                   numbers("count", "1", r.inventory, [](auto const& l) { return l.count; }), numbers("needed", "1", r.inventory, [](auto const& l) { return l.needed; }), numbers("rating", "1", r.inventory, [](auto const& l) { return l.rating; }),
                   texts("unit_of_rating", r.inventory, [](auto const& l) { return l.unit; }), numbers("flow", "m3 s-1", r.inventory, [](auto const& l) { return l.flow_m3_s; }), numbers("head", "Pa", r.inventory, [](auto const& l) { return l.head_pa; }),
                   numbers("motor", "W", r.inventory, [](auto const& l) { return l.motor_w; }), numbers("approach", "K", r.inventory, [](auto const& l) { return l.approach_k; })}};
  if (name == "members" && !r.ensemble.empty()) return members(r.ensemble);
  if (name == "bands" && !r.ensemble.empty()) return bands(r, choice);
  if (auto const* s = r.find_series(name)) return series_of(*s, choice);
  auto const known = table_names(r);
  std::string const near = did_you_mean(name, known);
  refuse("AF5015", fmt::format("the result has no table `{}`", name), near.empty() ? fmt::format("tables: {}", fmt::join(known, ", ")) : fmt::format("did you mean `{}`?", near));
}

std::string to_csv(Table const& t) {
  std::vector<std::string> head;
  for (auto const& c : t.columns) head.push_back(c.unit.empty() ? c.name : csv_header(c.name, c.unit));
  std::string out = csv_line(head);
  std::size_t const n = t.columns.empty() ? 0 : std::visit([](auto const& v) { return v.size(); }, t.columns.front().values);
  std::vector<std::string> cells(t.columns.size());
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      auto const* numbers = std::get_if<Numbers>(&t.columns[c].values);
      cells[c] = numbers ? csv_number((*numbers)[row]) : std::get<Texts>(t.columns[c].values)[row];
    }
    out += csv_line(cells);
  }
  return out;
}

std::string to_json(Table const& t) {
  nlohmann::ordered_json j{{"table", t.name}, {"columns", nlohmann::ordered_json::array()}, {"rows", nlohmann::ordered_json::array()}};
  for (auto const& c : t.columns) {
    j["columns"].push_back({{"name", c.name}});
    if (!c.unit.empty()) j["columns"].back()["unit"] = c.unit;
  }
  std::size_t const n = t.columns.empty() ? 0 : std::visit([](auto const& v) { return v.size(); }, t.columns.front().values);
  for (std::size_t row = 0; row < n; ++row) {
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (auto const& c : t.columns) {
      auto const* numbers = std::get_if<Numbers>(&c.values);
      if (!numbers) cells.push_back(std::get<Texts>(c.values)[row]);
      else if (std::isfinite((*numbers)[row])) cells.push_back((*numbers)[row]);
      else cells.push_back(nullptr);
    }
    j["rows"].push_back(std::move(cells));
  }
  return j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace aif::sim
