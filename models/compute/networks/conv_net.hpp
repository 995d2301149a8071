#pragma once
// A convolutional network as its list of layers: detectors, classifiers, image decoders, vocoders. Each layer has channels in and
// out, taps, groups, the positions of its output relative to those of the network's input, and how often it stands there.
// Neglects norms and biases. One call works on width x height positions (height 1: sound).

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct ConvNetPart {
  static constexpr std::string_view type_name = "conv_net";
  std::string id;
  std::vector<double> in, out, taps, groups, positions, count, shared;
  double dense_params = 0, pixels_per_cell = 1, frames_per_cell = 1;

  static constexpr auto fields() {
    using P = ConvNetPart;
    auto const list = [](std::string_view key, std::vector<double> P::*member, double low, double high, std::string_view doc) { return field(key, member, Kind::number, low, high, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        list("in", &P::in, 1, 1e6, "Channels that each layer reads.").required(), list("out", &P::out, 1, 1e6, "Channels that each layer writes.").required(),
        list("taps", &P::taps, 1, 1e4, "Taps of each layer's kernel: 9 for 3 x 3.").required(), list("groups", &P::groups, 1, 1e6, "Groups of each layer; empty: 1."),
        list("positions", &P::positions, 0, 1e6, "Output positions of each layer over those of the network's input.").required(),
        list("count", &P::count, 1, 1e4, "Equal layers; empty: 1."),
        list("shared", &P::shared, 0, 1, "1 where a layer uses the weights of the one before it in the list; empty: none."),
        field("dense_params", &P::dense_params, Kind::number, 0, 1e12, "Parameters of dense layers behind the convolutions."),
        field("pixels_per_cell", &P::pixels_per_cell, Kind::number, 1, 1e4, "Side of an input position in pixels."),
        field("frames_per_cell", &P::frames_per_cell, Kind::number, 1, 1e4, "Frames of a clip in one input position.")};
  }
};

double parameters(ConvNetPart const& part);
void lower(ConvNetPart const& part, PartWork const& work, Lowering& out);

}  // namespace aif::compute
