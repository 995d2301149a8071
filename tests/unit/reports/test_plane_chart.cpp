// The front of points on two figures: brute force says the same, and every point off it is beaten by one on it.
#include "reports/plane_chart.hpp"

#include <doctest/doctest.h>

using namespace aif::reports;

namespace {

bool beats(Point const& a, Point const& b, bool more_x, bool more_y) {
  double const dx = (more_x ? 1 : -1) * (a.x - b.x), dy = (more_y ? 1 : -1) * (a.y - b.y);
  return dx >= 0 && dy >= 0 && (dx > 0 || dy > 0);
}

}  // namespace

TEST_CASE("no point of the front is beaten, every other is, whichever way is better") {
  std::vector<Point> points;
  for (int i = 0; i < 60; ++i) points.push_back({"p", static_cast<double>((i * 37) % 61), static_cast<double>((i * 53) % 59)});
  points.push_back(points.front());  // twins beat each other in nothing
  for (bool more_x : {false, true})
    for (bool more_y : {false, true}) {
      auto const front = front_of(points, more_x, more_y);
      CHECK(front.front() == front.back());
      for (std::size_t i = 0; i < points.size(); ++i) {
        bool beaten = false, by_front = false;
        for (std::size_t k = 0; k < points.size(); ++k) beaten = beaten || beats(points[k], points[i], more_x, more_y), by_front = by_front || (front[k] && beats(points[k], points[i], more_x, more_y));
        CHECK(front[i] == !beaten);
        CHECK(front[i] != by_front);
      }
    }
}

TEST_CASE("the chart's table says the same as its points") {
  std::vector<Point> const points{{"dear", 2, 3e6, 0}, {"cheap", 1, 3e6, 1}};
  Chart const chart = plane_chart("id", "T", "C", {"cost", "USD", "cost.per_mtok_out", false}, {"tokens", "1 s-1", "tokens.good.rate", true}, points);
  CHECK(chart.data["points"][0]["front"] == false);
  CHECK(chart.data["points"][1]["letter"] == "B");
  CHECK(chart.twin.rows[1][3].text == "yes");
}
