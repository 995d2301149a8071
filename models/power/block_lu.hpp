#pragma once
// Sparse LU of a matrix of 2 x 2 blocks with a symmetric pattern, as the Jacobian of a power flow is: minimum-degree order and fill once a
// topology, then numbers only. Pivots inside a block, none between blocks (Tinney and Walker 1967): stable where diagonals dominate, which
// power-flow Jacobians away from collapse do. factorize() says when a block is singular.

#include <array>
#include <utility>
#include <vector>

namespace aif::power {

class BlockLu {
 public:
  // Pairs (row, column) of the blocks that are not zero, both triangles; the diagonal is added.
  BlockLu(int blocks, std::vector<std::pair<int, int>> const& pattern);

  int slot(int row, int column) const;                          // of a block of the pattern (or of the fill)
  double* block(int slot) { return &value_[4 * static_cast<std::size_t>(slot)]; }  // row-major
  void clear();
  bool factorize();
  void solve(std::vector<double>& x) const;                     // in place, two values a block

 private:
  int n_ = 0;
  std::vector<int> position_;                // of each block row in the order of elimination
  std::vector<int> start_, column_;          // upper pattern by row: columns of row k in [start_[k], start_[k + 1])
  std::vector<int> target_;                  // slots that an elimination step updates, in its order
  std::vector<double> value_;                // blocks: n diagonal, then the upper ones, then the lower ones in the same order
  std::size_t upper(std::size_t e) const { return static_cast<std::size_t>(n_) + e; }
  std::size_t lower(std::size_t e) const { return static_cast<std::size_t>(n_) + column_.size() + e; }
};

}  // namespace aif::power
