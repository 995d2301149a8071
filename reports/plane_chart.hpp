#pragma once
// Points on two figures and the front of those that no other beats in both (Pareto): options of a tender, points of a sweep or a search.

#include <span>

#include "reports/report_model.hpp"

namespace aif::reports {

struct PlaneAxis {
  std::string label, si_unit, metric;
  bool more_is_better = true;
};
struct Point {
  std::string name;
  double x = 0, y = 0;   // SI
  int option = -1;       // of several; -1: a point without a letter
  bool is_marked = false;  // shown with a letter of its own: the chosen one
};

// True for points that no other equals or beats in both figures while being better in one.
std::vector<bool> front_of(std::span<Point const> points, bool more_x, bool more_y);

Chart plane_chart(std::string id, std::string title, std::string caption, PlaneAxis const& x, PlaneAxis const& y, std::span<Point const> points);

}  // namespace aif::reports
