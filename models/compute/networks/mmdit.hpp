#pragma once
// Multi-modal diffusion transformer: double blocks with separate weights for text and image that attend jointly, then single
// blocks on the joined sequence with attention and feed-forward in parallel (FLUX.1, HunyuanVideo). One call is one denoiser
// evaluation. Neglects norms and biases. Sources: Esser et al. 2024 (MMDiT), black-forest-labs/flux src/flux/modules/layers.py.

#include <string>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct MmditPart {
  static constexpr std::string_view type_name = "mmdit";
  std::string id;
  int double_blocks = 0, single_blocks = 0, hidden = 0, heads = 0;
  double mlp_ratio = 4, patch_dim = 64, text_dim = 4096, vector_dim = 768, refiner_blocks = 0, pixels_per_token = 16, frames_per_token = 1, extra_params = 0;
  double text_tokens = 512;

  static constexpr auto fields() {
    using P = MmditPart;
    auto const number = [](std::string_view key, double P::*member, double high, std::string_view doc) { return field(key, member, Kind::number, 0, high, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        field("double_blocks", &P::double_blocks, Kind::number, 0, 1000, "Blocks with separate weights for text and image.").required(),
        field("single_blocks", &P::single_blocks, Kind::number, 0, 1000, "Blocks on the joined sequence.").required(),
        field("hidden", &P::hidden, Kind::number, 1, 1e6, "Width of the residual streams.").required(),
        field("heads", &P::heads, Kind::number, 1, 4096, "Attention heads.").required(),
        number("mlp_ratio", &P::mlp_ratio, 64, "Width of the feed-forward block over hidden."),
        number("patch_dim", &P::patch_dim, 1e6, "Numbers of one latent patch."),
        number("text_dim", &P::text_dim, 1e6, "Width of the text embedding."),
        number("vector_dim", &P::vector_dim, 1e6, "Width of the pooled text vector."),
        number("refiner_blocks", &P::refiner_blocks, 100, "Blocks that refine the text first."),
        number("text_tokens", &P::text_tokens, 1e6, "Text tokens that join the image."),
        number("pixels_per_token", &P::pixels_per_token, 1e4, "Side of a patch in pixels."),
        number("frames_per_token", &P::frames_per_token, 1e4, "Frames of a clip that one token holds."),
        number("extra_params", &P::extra_params, 1e12, "Parameters outside the blocks and stems.")};
  }
};

double parameters(MmditPart const& part);
void lower(MmditPart const& part, PartWork const& work, Lowering& out);

}  // namespace aif::compute
