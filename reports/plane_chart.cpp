#include "reports/plane_chart.hpp"

#include <algorithm>

namespace aif::reports {

std::vector<bool> front_of(std::span<Point const> points, bool more_x, bool more_y) {
  double const sx = more_x ? 1 : -1, sy = more_y ? 1 : -1;
  std::vector<bool> front(points.size());
  for (std::size_t i = 0; i < points.size(); ++i)
    front[i] = std::none_of(points.begin(), points.end(), [&](Point const& p) {
      double const dx = sx * (p.x - points[i].x), dy = sy * (p.y - points[i].y);
      return dx >= 0 && dy >= 0 && (dx > 0 || dy > 0);
    });
  return front;
}

Chart plane_chart(std::string id, std::string title, std::string caption, PlaneAxis const& x, PlaneAxis const& y, std::span<Point const> points) {
  Chart chart{std::move(id), "plane", std::move(title), std::move(caption), {}, {}};
  auto largest = [&](auto member) {
    double most = 0;
    for (auto const& p : points) most = std::max(most, std::abs(p.*member));
    return most;
  };
  auto axis = [](PlaneAxis const& a, Shown const& shown) { return Json{{"label", a.label}, {"unit", shown.unit}, {"better", a.more_is_better ? "more" : "less"}}; };
  Shown const sx = show(largest(&Point::x), x.si_unit, x.metric), sy = show(largest(&Point::y), y.si_unit, y.metric);
  auto const front = front_of(points, x.more_is_better, y.more_is_better);
  chart.data = {{"x", axis(x, sx)}, {"y", axis(y, sy)}, {"points", Json::array()}};
  chart.twin = {chart.title, {{"point"}, {x.label, true}, {y.label, true}, {"on the front"}}, {}, points.size() > 12};
  for (std::size_t i = 0; i < points.size(); ++i) {
    auto const& p = points[i];
    Json entry{{"name", p.name}, {"x", p.x / sx.factor}, {"y", p.y / sy.factor}, {"front", static_cast<bool>(front[i])}};
    if (p.option >= 0) entry["option"] = p.option, entry["letter"] = std::string(1, static_cast<char>('A' + p.option));
    if (p.is_marked) entry["letter"] = "chosen";
    chart.data["points"].push_back(std::move(entry));
    chart.twin.rows.push_back({text_cell(p.name), quantity_cell(p.x, x.si_unit, x.metric), quantity_cell(p.y, y.si_unit, y.metric), text_cell(front[i] ? "yes" : "no")});
  }
  return chart;
}

}  // namespace aif::reports
