#pragma once
// Latent-diffusion UNet: residual convolutions and, on some levels, transformer blocks with cross attention to the text; skips
// from the way down to the way up (Podell et al. 2023, SDXL; diffusers UNet2DConditionModel). One call is one evaluation on a
// latent of width/8 x height/8. Guidance doubles the batch. Neglects norms and biases (0.1 % of the parameters).

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct UnetPart {
  static constexpr std::string_view type_name = "unet";
  std::string id;
  std::vector<double> channels, transformer_depth;  // by level, finest first
  int res_blocks = 2, head_dim = 64, cross_dim = 2048, latent_channels = 4, time_dim = 1280, added_dim = 2816;
  double text_tokens = 77, pixels_per_cell = 8;

  static constexpr auto fields() {
    using P = UnetPart;
    auto const whole = [](std::string_view key, int P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e6, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        field("channels", &P::channels, Kind::number, 1, 1e6, "Channels of each level, finest first.").required(),
        field("transformer_depth", &P::transformer_depth, Kind::number, 0, 1000, "Transformer blocks behind each residual block of a level; the middle has those of the last.").required(),
        whole("res_blocks", &P::res_blocks, "Residual blocks of a level on the way down; one more on the way up."),
        whole("head_dim", &P::head_dim, "Width of a head."), whole("cross_dim", &P::cross_dim, "Width of the text embedding."),
        whole("latent_channels", &P::latent_channels, "Channels of the latent."), whole("time_dim", &P::time_dim, "Width of the time embedding."),
        whole("added_dim", &P::added_dim, "Width of the added embedding of text and size; 0: none."),
        field("text_tokens", &P::text_tokens, Kind::number, 1, 1e6, "Text tokens that cross attention reads."),
        field("pixels_per_cell", &P::pixels_per_cell, Kind::number, 1, 1e3, "Side of a latent cell in pixels.")};
  }
};

double parameters(UnetPart const& part);
void lower(UnetPart const& part, PartWork const& work, Lowering& out);

}  // namespace aif::compute
