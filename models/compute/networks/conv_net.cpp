#include "models/compute/networks/conv_net.hpp"

#include <cmath>

namespace aif::compute {
namespace {

double at(std::vector<double> const& list, std::size_t i, double otherwise) { return i < list.size() ? list[i] : otherwise; }

}  // namespace

double parameters(ConvNetPart const& p) {
  double sum = p.dense_params;
  for (std::size_t i = 0; i < p.in.size(); ++i)
    if (at(p.shared, i, 0) == 0) sum += p.in[i] * at(p.out, i, 1) * at(p.taps, i, 1) / at(p.groups, i, 1) * at(p.count, i, 1);
  return sum;
}

void lower(ConvNetPart const& p, PartWork const& w, Lowering& out) {
  double const deep = p.frames_per_cell > 1 ? std::ceil((w.frames - 1) / p.frames_per_cell + 1) : w.frames;
  double const cells = w.batch * (w.width / p.pixels_per_cell) * std::max(1.0, w.height / p.pixels_per_cell) * deep;
  out.repeat(w.repeats);
  double before = 1;  // positions of the last layer's output
  for (std::size_t i = 0; i < p.in.size(); ++i) {
    double const positions = at(p.positions, i, 1);
    out.conv(cells * std::max(before, positions), cells * positions, p.in[i], at(p.out, i, 1), at(p.taps, i, 1), at(p.groups, i, 1), at(p.count, i, 1));
    out.stream(cells * positions * at(p.out, i, 1), 1, 1, at(p.count, i, 1));  // norm and activation where they are not fused: one more read or write
    before = positions;
  }
  if (p.dense_params > 0) out.gemm(w.batch, 1000, p.dense_params / 1000);
}

}  // namespace aif::compute
