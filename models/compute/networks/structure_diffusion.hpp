#pragma once
// Diffusion module of a co-folding network: atoms to tokens by local attention, a token transformer with pair bias, back to atoms.
// One call denoises `batch` structures once; repeats = steps. Work: tokens = N; atoms follow at `atoms_per_token`.
// The pair bias of every block is read from the pair tensor by all structures of a batch together.
// A sample is not cut over devices: axial parallelism covers the trunk (FastFold).
// Unless an implementation keeps it, the pair conditioning (projection and two transitions) is made anew in every step. Source: Abramson et al. 2024, supplement 3.7 and algorithms 20 to 24.

#include <string>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct StructureDiffusionPart {
  static constexpr std::string_view type_name = "structure_diffusion";
  std::string id;
  int token_blocks = 24, atom_blocks = 3, bias_blocks = 4;
  double token = 768, heads = 16, pair = 128, single = 384, atom = 128, atom_heads = 4, window_queries = 32, window_keys = 128, atoms_per_token = 7.8, extra_params = 0;
  bool cached_conditioning = false;

  static constexpr auto fields() {
    using P = StructureDiffusionPart;
    auto const width = [](std::string_view key, double P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e6, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        field("token_blocks", &P::token_blocks, Kind::number, 1, 1000, "Blocks of the token transformer.").required(),
        field("atom_blocks", &P::atom_blocks, Kind::number, 0, 1000, "Blocks of the atom encoder, and of the decoder."),
        field("bias_blocks", &P::bias_blocks, Kind::number, 1, 1000, "Blocks whose pair bias is made in one product."),
        width("token", &P::token, "Width of a token."), width("heads", &P::heads, "Heads of the token transformer."), width("pair", &P::pair, "Width of the pair tensor."),
        width("single", &P::single, "Width of the conditioning."), width("atom", &P::atom, "Width of an atom."), width("atom_heads", &P::atom_heads, "Heads of the atom transformer."),
        width("window_queries", &P::window_queries, "Atoms of a query window."), width("window_keys", &P::window_keys, "Atoms that it sees."),
        width("atoms_per_token", &P::atoms_per_token, "Atoms of a token, mean over proteins."),
        field("cached_conditioning", &P::cached_conditioning, "The pair conditioning is made once for all steps."),
        field("extra_params", &P::extra_params, Kind::number, 0, 1e12, "Parameters outside the blocks.")};
  }
};

double parameters(StructureDiffusionPart const& part);
void lower(StructureDiffusionPart const& part, PartWork const& work, Lowering& out);

}  // namespace aif::compute
