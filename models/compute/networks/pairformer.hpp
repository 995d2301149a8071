#pragma once
// Trunk of a co-folding network: Pairformer blocks on an N x N pair tensor (two triangle products, two triangle attentions, a
// transition; then attention with pair bias on the single representation), MSA blocks and template blocks before them, the whole
// repeated by recycling. Work: tokens = N (residues, bases, ligand atoms), repeats = recycles + 1.
//   FLOP of one block: 12 c N^3 + 68 c^2 N^2 (c = pair width)
// Neglects confidence and distogram heads. Sources: Abramson et al. 2024 (AlphaFold 3, supplement 3.6), Jumper et al. 2021;
// rows of the pair tensor over devices: Cheng et al. 2024 (FastFold, dynamic axial parallelism).

#include <string>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct PairformerPart {
  static constexpr std::string_view type_name = "pairformer";
  std::string id;
  int blocks = 48, msa_blocks = 4, template_blocks = 2;
  double pair = 128, single = 384, pair_heads = 4, single_heads = 16, msa = 64, msa_rows = 1024, msa_heads = 8, msa_head_dim = 32, outer = 32, template_pair = 64, templates = 4;
  double input_dim = 449, extra_params = 0;

  static constexpr auto fields() {
    using P = PairformerPart;
    auto const whole = [](std::string_view key, int P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1000, doc); };
    auto const width = [](std::string_view key, double P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e6, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        field("blocks", &P::blocks, Kind::number, 1, 1000, "Pairformer blocks.").required(),
        whole("msa_blocks", &P::msa_blocks, "Blocks of the alignment module."), whole("template_blocks", &P::template_blocks, "Pairformer blocks of each template."),
        width("pair", &P::pair, "Width of the pair tensor."), width("single", &P::single, "Width of the single representation."),
        width("pair_heads", &P::pair_heads, "Heads of triangle attention."), width("single_heads", &P::single_heads, "Heads of attention with pair bias."),
        width("msa", &P::msa, "Width of the alignment representation."), width("msa_rows", &P::msa_rows, "Rows of the alignment that are used."),
        width("msa_heads", &P::msa_heads, "Heads of the pair-weighted average."), width("msa_head_dim", &P::msa_head_dim, "Width of one of them."),
        width("outer", &P::outer, "Width of the outer product."),
        width("template_pair", &P::template_pair, "Pair width of the templates."), width("templates", &P::templates, "Templates."),
        width("input_dim", &P::input_dim, "Width of the input embedding of a token."),
        field("extra_params", &P::extra_params, Kind::number, 0, 1e12, "Parameters outside the blocks: input embedder, heads.")};
  }
};

double parameters(PairformerPart const& part);
void lower(PairformerPart const& part, PartWork const& work, Lowering& out);
// Live pair tensors at once: what sets the largest complex of a device (about five in the triangle multiplication).
double activation_byte(PairformerPart const& part, PartWork const& work, double element_byte, int ways);

}  // namespace aif::compute
