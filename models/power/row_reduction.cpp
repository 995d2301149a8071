#include "models/power/row_reduction.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/diagnostics.hpp"

namespace aif::power {
namespace {

struct SubtreeFlow {
  double p = 0, q = 0, lowest = 1;  // into the subtree from a source at 1
};

SubtreeFlow subtree_flow(RadialNetwork const& sub, std::span<double const> p, std::span<double const> q, double frac, int board) {
  RadialState<double> s(sub.size());
  for (std::size_t i = 0; i < sub.size(); ++i) s.p[i] = frac * p[i], s.q[i] = frac * q[i];
  if (solve_radial(sub, s, 1e-13) < 0) {
    Diagnostic d;
    d.code = "AF3101";
    d.message = fmt::format("the rows below node {} collapse at {:.0f} % of their nominal load", board, 100 * frac);
    d.hint = "shorter rows, more copper or a higher voltage";
    throw InputError(std::move(d));
  }
  return {s.branch_p[0], s.branch_q[0], *std::min_element(s.u.begin(), s.u.end())};
}

// Fits the branch that draws the same power from the board: (r, x) with |S_load|^2 / u_end, (g, b) half at each end.
void add_equivalent(ReducedNetwork& out, RadialNetwork const& full, std::vector<int> const& nodes, std::span<double const> p, std::span<double const> q, int board) {
  RadialNetwork sub;
  std::vector<double> sub_p{0}, sub_q{0};
  std::vector<int> local(full.size(), -1);
  local[static_cast<std::size_t>(board)] = 0;
  sub.add(-1, 0, 0);
  for (int n : nodes) {
    auto const i = static_cast<std::size_t>(n);
    local[i] = sub.add(local[static_cast<std::size_t>(full.parent[i])], full.r[i], full.x[i], 2 * full.g_half[i], 2 * full.b_half[i], full.copies[i], full.ratio[i], full.shift[i]);
    sub_p.push_back(p[i]);
    sub_q.push_back(q[i]);
  }
  sub.finish();
  double load_p = 0, load_q = 0;
  for (std::size_t i = 1; i < sub.size(); ++i) load_p += sub_p[i] * sub.total_copies[i], load_q += sub_q[i] * sub.total_copies[i];
  auto const empty = subtree_flow(sub, sub_p, sub_q, 0, board), half = subtree_flow(sub, sub_p, sub_q, 0.5, board), nominal = subtree_flow(sub, sub_p, sub_q, 1, board);
  double const g = empty.p, b = -empty.q;
  // Loss and end voltage depend on each other: a few rounds settle both.
  double r = 0, x = 0, end_u = 1;
  for (int round = 0; round < 50; ++round) {
    double const pr = load_p + g / 2 * end_u, qr = load_q - b / 2 * end_u, s2 = pr * pr + qr * qr;
    double const loss_p = nominal.p - g / 2 - pr, loss_q = nominal.q + b / 2 - qr;
    r = loss_p * end_u / s2, x = loss_q * end_u / s2;
    double const ps = pr + loss_p, qs = qr + loss_q;
    end_u = 1 - 2 * (r * ps + x * qs) + (r * r + x * x) * (ps * ps + qs * qs);
  }
  RowEquivalent row;
  row.node = out.net.add(out.position[static_cast<std::size_t>(board)], r, x, g, b);
  row.nodes = nodes;
  if (load_p > 0) {
    double const full_drop = (1 - nominal.lowest) / load_p, half_drop = (1 - half.lowest) / (load_p / 2);
    row.d2 = (full_drop - half_drop) / (load_p / 2);
    row.d1 = full_drop - row.d2 * load_p;
  }
  out.rows.push_back(std::move(row));
}

}  // namespace

ReducedNetwork reduce_rows(RadialNetwork const& full, std::span<int const> boards, std::span<double const> p, std::span<double const> q) {
  ReducedNetwork out;
  out.position.assign(full.size(), -1);
  std::vector<char> is_board(full.size(), 0);
  for (int n : boards) is_board[static_cast<std::size_t>(n)] = 1;
  // head[i]: the child of a board under which node i hangs; 0: above the boards.
  std::vector<int> head(full.size(), 0);
  std::vector<std::vector<int>> subtree(full.size());
  for (std::size_t i = 0; i < full.size(); ++i) {
    auto const up = static_cast<std::size_t>(std::max(full.parent[i], 0));
    if (i > 0) head[i] = is_board[up] && head[up] == 0 ? static_cast<int>(i) : head[up];
    if (head[i] > 0) {
      subtree[static_cast<std::size_t>(head[i])].push_back(static_cast<int>(i));
      continue;
    }
    out.position[i] = out.net.add(i == 0 ? -1 : out.position[up], full.r[i], full.x[i], 2 * full.g_half[i], 2 * full.b_half[i], full.copies[i], full.ratio[i], full.shift[i]);
  }
  for (std::size_t i = 0; i < full.size(); ++i)
    if (!subtree[i].empty()) add_equivalent(out, full, subtree[i], p, q, full.parent[i]);
  out.net.finish();
  return out;
}

}  // namespace aif::power
