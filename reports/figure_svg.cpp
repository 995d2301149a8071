#include "reports/figure_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "core/write_file.hpp"
#include "reports/html.hpp"
#include "sim/claims/study_json.hpp"
#include "sim/io/result_file.hpp"

namespace aif::reports {
namespace {

using sim::FigureKind;
using sim::StudyFigure;

constexpr double kWidth = 760, kPlotHeight = 330, kLeft = 84, kRight = 20, kTop = 56, kLine = 18;
constexpr std::array<char const*, 7> kColours{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};
constexpr std::array<char const*, 7> kDashes{"", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 3"};

// One axis: data to pixels, with marks at round values.
struct Axis {
  double low = 0, high = 1, from = 0, to = 1;
  bool log = false;
  std::vector<double> marks;

  double at(double v) const {
    double const share = log ? (std::log(v) - std::log(low)) / (std::log(high) - std::log(low)) : (v - low) / (high - low);
    return from + (to - from) * share;
  }
};

Axis make_axis(std::vector<double> const& values, bool log, bool from_zero, double from, double to) {
  Axis a{0, 1, from, to, log, {}};
  double low = INFINITY, high = -INFINITY;
  for (double v : values)
    if (std::isfinite(v) && (!log || v > 0)) low = std::min(low, v), high = std::max(high, v);
  if (!std::isfinite(low)) low = log ? 1 : 0, high = log ? 10 : 1;
  if (from_zero && !log) low = std::min(0.0, low), high = std::max(0.0, high);
  if (log) {
    a.low = std::pow(10, std::floor(std::log10(low) + 1e-9)), a.high = std::pow(10, std::ceil(std::log10(high) - 1e-9));
    if (a.high <= a.low) a.high = 10 * a.low;
    for (double m = a.low; m <= a.high * 1.001; m *= 10) {
      a.marks.push_back(m);
      if (a.high / a.low <= 1000)
        for (double k : {2.0, 5.0})
          if (m * k <= a.high) a.marks.push_back(m * k);
    }
    return a;
  }
  if (high <= low) high = low + 1;
  double const raw = (high - low) / 5, power = std::pow(10, std::floor(std::log10(raw)));
  double const step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
  a.low = std::floor(low / step + 1e-9) * step, a.high = std::ceil(high / step - 1e-9) * step;
  for (double m = a.low; m <= a.high + 0.5 * step; m += step) a.marks.push_back(std::abs(m) < 1e-9 * step ? 0 : m);
  return a;
}

std::string mark_text(double v) {
  double const size = std::abs(v);
  if (size >= 1e12) return fmt::format("{:g}T", v / 1e12);
  if (size >= 1e9) return fmt::format("{:g}G", v / 1e9);
  if (size >= 1e6) return fmt::format("{:g}M", v / 1e6);
  if (size >= 1e4) return fmt::format("{:g}k", v / 1e3);
  return fmt::format("{:.4g}", v);
}

std::string path_of(Axis const& x, Axis const& y, std::vector<double> const& xs, std::vector<double> const& ys) {
  std::string out;
  bool pen = false;
  for (std::size_t i = 0; i < xs.size() && i < ys.size(); ++i) {
    if (!std::isfinite(ys[i]) || (y.log && ys[i] <= 0)) {
      pen = false;
      continue;
    }
    out += fmt::format("{}{:.1f} {:.1f}", pen ? "L" : "M", x.at(xs[i]), y.at(ys[i]));
    pen = true;
  }
  return out;
}

// Words cut into lines of about `width` characters.
std::vector<std::string> wrapped(std::string const& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t const to = std::min(text.find(' ', from), text.size());
    std::string const word = text.substr(from, to - from);
    if (!line.empty() && line.size() + word.size() + 1 > width) lines.push_back(std::move(line)), line.clear();
    line += (line.empty() ? "" : " ") + word;
    from = to + 1;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

struct Drawing {
  std::string body;
  double height = kTop + kPlotHeight;

  void text(double x, double y, std::string const& words, char const* anchor = "start", char const* kind = "") {
    body += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" class=\"{}\">{}</text>\n", x, y, anchor, kind, escape_html(words));
  }
  void line(double x1, double y1, double x2, double y2, char const* kind) { body += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>\n", x1, y1, x2, y2, kind); }
};

void draw_grid(Drawing& d, Axis const& y, std::string const& label) {
  for (double m : y.marks) {
    d.line(kLeft, y.at(m), kWidth - kRight, y.at(m), "grid");
    d.text(kLeft - 8, y.at(m) + 4, mark_text(m), "end", "mark");
  }
  d.body += fmt::format("<text transform=\"translate(18 {:.1f}) rotate(-90)\" text-anchor=\"middle\" class=\"mark\">{}</text>\n", kTop + 0.5 * kPlotHeight, escape_html(label));
}

void draw_lines(Drawing& d, StudyFigure const& f) {
  std::vector<double> xs, ys;
  for (auto const& s : f.series) {
    xs.insert(xs.end(), s.x.begin(), s.x.end());
    for (auto const* v : {&s.y, &s.low, &s.high}) ys.insert(ys.end(), v->begin(), v->end());
  }
  Axis const x = make_axis(xs, f.log_x, false, kLeft, kWidth - kRight), y = make_axis(ys, f.log_y, true, kTop + kPlotHeight, kTop);
  draw_grid(d, y, f.y_label);
  for (double m : x.marks) {
    d.line(x.at(m), kTop + kPlotHeight, x.at(m), kTop + kPlotHeight + 5, "axis");
    d.text(x.at(m), kTop + kPlotHeight + 20, mark_text(m), "middle", "mark");
  }
  d.line(kLeft, kTop + kPlotHeight, kWidth - kRight, kTop + kPlotHeight, "axis");
  d.text(0.5 * (kLeft + kWidth - kRight), kTop + kPlotHeight + 40, f.x_label, "middle", "mark");
  for (std::size_t i = 0; i < f.series.size(); ++i) {
    auto const& s = f.series[i];
    char const *colour = kColours[i % kColours.size()], *dash = kDashes[i % kDashes.size()];
    if (!s.low.empty() && s.low.size() == s.high.size() && s.low.size() == s.x.size()) {
      std::string band = path_of(x, y, s.x, s.high);
      for (std::size_t k = s.x.size(); k-- > 0;)
        if (std::isfinite(s.low[k]) && (!y.log || s.low[k] > 0)) band += fmt::format("L{:.1f} {:.1f}", x.at(s.x[k]), y.at(s.low[k]));
      if (!band.empty()) d.body += fmt::format("<path d=\"{}Z\" fill=\"{}\" fill-opacity=\"0.18\"/>\n", band, colour);
    }
    d.body += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n", path_of(x, y, s.x, s.y), colour, dash);
    for (std::size_t k = 0; k < s.x.size() && s.x.size() <= 16; ++k)
      if (std::isfinite(s.y[k]) && (!y.log || s.y[k] > 0)) d.body += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x.at(s.x[k]), y.at(s.y[k]), colour);
  }
  d.height = kTop + kPlotHeight + 56;
}

void draw_bars(Drawing& d, StudyFigure const& f) {
  std::vector<double> ys;
  for (auto const& s : f.series) ys.insert(ys.end(), s.y.begin(), s.y.end());
  Axis const y = make_axis(ys, f.log_y, true, kTop + kPlotHeight, kTop);
  draw_grid(d, y, f.y_label);
  double const n = std::max<double>(1, static_cast<double>(f.categories.size())), slot = (kWidth - kLeft - kRight) / n, bar = 0.7 * slot / static_cast<double>(std::max<std::size_t>(1, f.series.size()));
  double const zero = y.log ? kTop + kPlotHeight : y.at(std::clamp(0.0, y.low, y.high));
  std::size_t most_lines = 1;
  for (std::size_t c = 0; c < f.categories.size(); ++c) {
    double const left = kLeft + slot * static_cast<double>(c);
    for (std::size_t i = 0; i < f.series.size(); ++i) {
      if (c >= f.series[i].y.size() || !std::isfinite(f.series[i].y[c])) continue;
      double const top = y.at(f.series[i].y[c]), x = left + 0.15 * slot + bar * static_cast<double>(i);
      d.body += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n", x, std::min(top, zero), bar * 0.94, std::max(0.5, std::abs(top - zero)), kColours[i % kColours.size()]);
      if (f.categories.size() * f.series.size() <= 24) d.text(x + 0.47 * bar, std::min(top, zero) - 4, mark_text(f.series[i].y[c]), "middle", "value");
    }
    auto const lines = wrapped(f.categories[c], static_cast<std::size_t>(std::max(6.0, slot / 6.5)));
    for (std::size_t k = 0; k < lines.size(); ++k) d.text(left + 0.5 * slot, kTop + kPlotHeight + 18 + 13 * static_cast<double>(k), lines[k], "middle", "mark");
    most_lines = std::max(most_lines, lines.size());
  }
  d.line(kLeft, zero, kWidth - kRight, zero, "axis");
  d.height = kTop + kPlotHeight + 24 + 13 * static_cast<double>(most_lines);
}

}  // namespace

std::string figure_svg(StudyFigure const& f) {
  Drawing d;
  d.text(kLeft, 24, f.title, "start", "title");
  (f.kind == FigureKind::bars ? draw_bars : draw_lines)(d, f);
  if (f.series.size() > 1 || (f.series.size() == 1 && f.kind == FigureKind::lines)) {
    double x = kLeft;
    d.height += 8;
    for (std::size_t i = 0; i < f.series.size(); ++i) {
      if (f.series[i].label.empty()) continue;
      double const width = 40 + 6.6 * static_cast<double>(f.series[i].label.size());
      if (x + width > kWidth && x > kLeft) x = kLeft, d.height += kLine;
      d.body += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"3\" stroke-dasharray=\"{}\"/>\n", x, d.height - 4, x + 26, d.height - 4, kColours[i % kColours.size()],
                            f.kind == FigureKind::bars ? "" : kDashes[i % kDashes.size()]);
      d.text(x + 32, d.height, f.series[i].label, "start", "mark");
      x += width + 14;
    }
    d.height += kLine;
  }
  for (auto const& line : wrapped(f.caption, 108)) d.text(kLeft, d.height + 4, line, "start", "caption"), d.height += 16;
  d.height += 8;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n<style>text{{font:12px system-ui,sans-serif;fill:#222}}.title{{font-size:15px;font-weight:600}}"
      ".caption{{font-size:11px;fill:#555}}.value{{font-size:10px}}.grid{{stroke:#ddd}}.axis{{stroke:#555}}.paper{{fill:#fff}}</style>\n<rect class=\"paper\" width=\"{:.0f}\" height=\"{:.0f}\"/>\n{}</svg>\n",
      kWidth, d.height, escape_html(f.title), escape_html(f.caption), kWidth, d.height, d.body);
}

void write_studies(std::vector<sim::StudyResult> const& studies, std::string const& dir) {
  if (studies.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) throw InputError(Diagnostic{"AF5002", Severity::error, "cannot make the folder: " + error.message(), "", {dir, 0, 0}, "choose another with -o", 1});
  for (auto const& study : studies) {
    for (auto const& f : study.figures) write_file(fmt::format("{}/{}.{}.svg", dir, study.id, f.id), figure_svg(f));
    for (auto const& t : study.tables) write_file(fmt::format("{}/{}.{}.csv", dir, study.id, t.id), sim::table_csv(t));
  }
}

}  // namespace aif::reports
