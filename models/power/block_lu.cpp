#include "models/power/block_lu.hpp"

#include <Eigen/OrderingMethods>
#include <Eigen/Sparse>
#include <algorithm>
#include <cmath>
#include <set>

namespace aif::power {
namespace {

// c -= a b, or c = a b, for 2 x 2 row-major blocks.
inline void subtract_product(double* c, double const* a, double const* b) {
  c[0] -= a[0] * b[0] + a[1] * b[2];
  c[1] -= a[0] * b[1] + a[1] * b[3];
  c[2] -= a[2] * b[0] + a[3] * b[2];
  c[3] -= a[2] * b[1] + a[3] * b[3];
}
inline void subtract_applied(double* y, double const* a, double const* x) {
  y[0] -= a[0] * x[0] + a[1] * x[1];
  y[1] -= a[2] * x[0] + a[3] * x[1];
}

}  // namespace

BlockLu::BlockLu(int blocks, std::vector<std::pair<int, int>> const& pattern) : n_(blocks), position_(static_cast<std::size_t>(blocks)) {
  std::vector<Eigen::Triplet<double>> entries;
  for (auto const& [row, column] : pattern) entries.emplace_back(row, column, 1.0);
  for (int i = 0; i < blocks; ++i) entries.emplace_back(i, i, 1.0);
  Eigen::SparseMatrix<double> graph(blocks, blocks);
  graph.setFromTriplets(entries.begin(), entries.end());
  Eigen::PermutationMatrix<Eigen::Dynamic, Eigen::Dynamic, int> order;
  Eigen::AMDOrdering<int>{}(graph, order);
  for (int k = 0; k < blocks; ++k) position_[static_cast<std::size_t>(order.indices()(k))] = k;

  // Fill: row k passes its later columns on to the first of them, its parent in the elimination tree.
  std::vector<std::set<int>> rows(static_cast<std::size_t>(blocks));
  for (auto const& [row, column] : pattern) {
    int const a = position_[static_cast<std::size_t>(row)], b = position_[static_cast<std::size_t>(column)];
    if (a != b) rows[static_cast<std::size_t>(std::min(a, b))].insert(std::max(a, b));
  }
  start_.push_back(0);
  for (auto const& row : rows) {
    if (!row.empty()) rows[static_cast<std::size_t>(*row.begin())].insert(std::next(row.begin()), row.end());
    column_.insert(column_.end(), row.begin(), row.end());
    start_.push_back(static_cast<int>(column_.size()));
  }
  value_.assign(4 * (static_cast<std::size_t>(n_) + 2 * column_.size()), 0.0);
  auto entry = [&](int row, int column) {
    auto const begin = column_.begin() + start_[static_cast<std::size_t>(row)], end = column_.begin() + start_[static_cast<std::size_t>(row) + 1];
    return static_cast<std::size_t>(std::lower_bound(begin, end, column) - column_.begin());
  };
  for (std::size_t k = 0; k < static_cast<std::size_t>(n_); ++k)
    for (int a = start_[k]; a < start_[k + 1]; ++a)
      for (int b = start_[k]; b < start_[k + 1]; ++b) {
        int const i = column_[static_cast<std::size_t>(a)], j = column_[static_cast<std::size_t>(b)];
        target_.push_back(i == j ? i : static_cast<int>(i < j ? upper(entry(i, j)) : lower(entry(j, i))));
      }
}

int BlockLu::slot(int row, int column) const {
  int const i = position_[static_cast<std::size_t>(row)], j = position_[static_cast<std::size_t>(column)];
  if (i == j) return i;
  auto const k = static_cast<std::size_t>(std::min(i, j));
  auto const e = static_cast<std::size_t>(std::lower_bound(column_.begin() + start_[k], column_.begin() + start_[k + 1], std::max(i, j)) - column_.begin());
  return static_cast<int>(i < j ? upper(e) : lower(e));
}

void BlockLu::clear() { std::fill(value_.begin(), value_.end(), 0.0); }

bool BlockLu::factorize() {
  double* const v = value_.data();
  std::size_t next = 0;
  for (std::size_t k = 0; k < static_cast<std::size_t>(n_); ++k) {
    double* const d = v + 4 * k;
    double const determinant = d[0] * d[3] - d[1] * d[2];
    double const size = std::abs(d[0] * d[3]) + std::abs(d[1] * d[2]);
    if (!(std::abs(determinant) > 1e-14 * size)) return false;
    double const inverse[4] = {d[3] / determinant, -d[1] / determinant, -d[2] / determinant, d[0] / determinant};
    std::copy(inverse, inverse + 4, d);
    auto const begin = static_cast<std::size_t>(start_[k]), end = static_cast<std::size_t>(start_[k + 1]);
    for (std::size_t a = begin; a < end; ++a) {
      double* const l = v + 4 * lower(a);
      double const scaled[4] = {l[0] * d[0] + l[1] * d[2], l[0] * d[1] + l[1] * d[3], l[2] * d[0] + l[3] * d[2], l[2] * d[1] + l[3] * d[3]};
      std::copy(scaled, scaled + 4, l);
      for (std::size_t b = begin; b < end; ++b) subtract_product(v + 4 * static_cast<std::size_t>(target_[next++]), scaled, v + 4 * upper(b));
    }
  }
  return true;
}

void BlockLu::solve(std::vector<double>& x) const {
  std::vector<double> y(x.size());
  for (std::size_t i = 0; i < static_cast<std::size_t>(n_); ++i) {
    auto const k = static_cast<std::size_t>(position_[i]);
    y[2 * k] = x[2 * i], y[2 * k + 1] = x[2 * i + 1];
  }
  for (std::size_t k = 0; k < static_cast<std::size_t>(n_); ++k)
    for (auto e = static_cast<std::size_t>(start_[k]); e < static_cast<std::size_t>(start_[k + 1]); ++e)
      subtract_applied(&y[2 * static_cast<std::size_t>(column_[e])], &value_[4 * lower(e)], &y[2 * k]);
  for (std::size_t k = static_cast<std::size_t>(n_); k-- > 0;) {
    double t[2] = {y[2 * k], y[2 * k + 1]};
    for (auto e = static_cast<std::size_t>(start_[k]); e < static_cast<std::size_t>(start_[k + 1]); ++e) subtract_applied(t, &value_[4 * upper(e)], &y[2 * static_cast<std::size_t>(column_[e])]);
    double const* d = &value_[4 * k];
    y[2 * k] = d[0] * t[0] + d[1] * t[1];
    y[2 * k + 1] = d[2] * t[0] + d[3] * t[1];
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(n_); ++i) {
    auto const k = static_cast<std::size_t>(position_[i]);
    x[2 * i] = y[2 * k], x[2 * i + 1] = y[2 * k + 1];
  }
}

}  // namespace aif::power
