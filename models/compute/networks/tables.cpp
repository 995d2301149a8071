#include "models/compute/networks/tables.hpp"

namespace aif::compute {
namespace {

template <class Layer>
void each_layer(std::vector<double> const& widths, Layer&& layer) {
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) layer(widths[i], widths[i + 1]);
}

double joined(TablesPart const& p) { return (p.tables + 1) * p.dim; }

}  // namespace

double dense_parameters(TablesPart const& p) {
  double sum = p.cross_layers * 2 * joined(p) * p.cross_rank;
  for (auto const* widths : {&p.bottom, &p.top}) each_layer(*widths, [&](double in, double out) { sum += in * out; });
  return sum;
}
double parameters(TablesPart const& p) { return p.rows * p.dim + dense_parameters(p); }
double table_byte(TablesPart const& p) { return p.rows * p.dim * p.table_element_byte; }

void lower(TablesPart const& p, PartWork const& w, Lowering& out) {
  double const pairs = w.batch;
  out.repeat(w.repeats);
  out.gather(pairs * p.lookups, p.dim * p.table_element_byte);
  out.stream(pairs * p.tables * p.dim, 1, 1);                   // pooled vectors
  out.collective(CollectiveKind::all_to_all, pairs * p.tables * p.dim * out.format().activation_byte);
  each_layer(p.bottom, [&](double in, double width) { out.gemm(pairs, width, in); });
  if (p.cross_layers > 0) {
    out.gemm(pairs, p.cross_rank, joined(p), p.cross_layers);
    out.gemm(pairs, joined(p), p.cross_rank, p.cross_layers);
    out.stream(pairs * joined(p), 4, 1, p.cross_layers);
  }
  each_layer(p.top, [&](double in, double width) { out.gemm(pairs, width, in); });
}

}  // namespace aif::compute
