#include "models/compute/networks/structure_diffusion.hpp"

#include <cmath>

namespace aif::compute {
namespace {

// Attention with pair bias and conditioned transition: query, key, value, gate and output; adaptive norms and gates from the
// conditioning (three matrices each); gated transition of two widths.
double block_parameters(double a, double s) { return 5 * a * a + 6 * s * a + 6 * a * a; }

void lower_block(Lowering& out, double rows, double a, double s, double count) {
  out.stream(rows * a, 2, 1, 2 * count);
  out.gemm(rows, 3 * a, s, 2 * count);     // shift, scale and gate of both halves
  out.stream(rows * a, 4, 2, 2 * count);
  out.gemm(rows, 4 * a, a, count);
  out.gemm(rows, a, a, count);
  out.gemm(rows, 4 * a, a, count);
  out.stream(rows * 2 * a, 3, 1, count);
  out.gemm(rows, a, 2 * a, count);
  out.stream(rows * a, 5, 3, count);
}

}  // namespace

double parameters(StructureDiffusionPart const& p) {
  return p.token_blocks * (block_parameters(p.token, p.single) + p.pair * p.heads) + 2 * p.atom_blocks * block_parameters(p.atom, p.atom) + p.extra_params;
}

void lower(StructureDiffusionPart const& p, PartWork const& w, Lowering& out) {
  // Structures are independent: devices that share a trunk by rows take one each, and all make the pair conditioning.
  double const samples = out.layout().split == Split::axial ? std::ceil(w.batch / out.layout().ways) : w.batch;
  double const n = w.tokens, rows = samples * n, atoms = samples * n * p.atoms_per_token;
  out.repeat(w.repeats);
  if (!p.cached_conditioning) {
    double const pairs = n * n, c = p.pair;
    out.stream(pairs * 2 * c, 2, 1);
    out.gemm(pairs, c, 2 * c);
    out.stream(pairs * c, 2, 1, 2);
    out.gemm(pairs, 4 * c, c, 2);
    out.stream(pairs * 2 * c, 3, 1, 2);
    out.gemm(pairs, c, 2 * c, 2);
    out.stream(pairs * c, 3, 1, 2);
  }
  lower_block(out, rows, p.token, p.single, p.token_blocks);
  out.gemm(n * n, p.heads * p.bias_blocks, p.pair, std::ceil(static_cast<double>(p.token_blocks) / p.bias_blocks));  // bias from the pair tensor
  out.stream(samples * n * n * p.heads, 4, 2, p.token_blocks);          // scores with bias: written, normalised, read
  out.attention(samples, n, n, p.heads, p.heads, p.token / p.heads, false, p.token_blocks);
  lower_block(out, atoms, p.atom, p.atom, 2 * p.atom_blocks);
  double const windows = std::ceil(atoms / p.window_queries);
  // Windows overlap: keys and values are gathered, normalised and made anew for each (the reference code, and Boltz).
  double const copies = windows * p.window_keys - atoms;
  out.stream(copies * p.atom, 4, 2, 2 * p.atom_blocks);
  out.gemm(copies, 2 * p.atom, p.atom, 2 * p.atom_blocks);
  out.attention(windows, p.window_queries, p.window_keys, p.atom_heads, p.atom_heads, p.atom / p.atom_heads, false, 2 * p.atom_blocks);
  out.stream(windows * p.window_queries * p.window_keys * p.atom_heads, 3, 2, 2 * p.atom_blocks);
  out.gemm(rows, p.token, p.atom);
  out.gemm(atoms, p.atom, p.token / p.atoms_per_token);
}

}  // namespace aif::compute
