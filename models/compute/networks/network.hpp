#pragma once
// A network that is not a language model, as data: a list of parts (library/networks), each of one kind below. What stage asks of
// which part stands in library/products. A new kind of part is one file and one word in NetworkPart.

#include <string>
#include <variant>
#include <vector>

#include "models/compute/networks/conv_net.hpp"
#include "models/compute/networks/graph_net.hpp"
#include "models/compute/networks/mmdit.hpp"
#include "models/compute/networks/pairformer.hpp"
#include "models/compute/networks/structure_diffusion.hpp"
#include "models/compute/networks/tables.hpp"
#include "models/compute/networks/transformer.hpp"
#include "models/compute/networks/unet.hpp"

namespace aif::compute {

using NetworkPart = std::variant<TransformerPart, MmditPart, UnetPart, ConvNetPart, PairformerPart, StructureDiffusionPart, TablesPart, GraphNetPart>;

struct NetworkParams {
  std::string title;
  std::vector<NetworkPart> parts;
  double total_params = 0;
  std::string counted;

  static constexpr auto fields() {
    using N = NetworkParams;
    return FieldList{
        field("title", &N::title, "What it is, for people."),
        field("parts", &N::parts, "Networks that work together.").required(),
        field("total_params", &N::total_params, Kind::number, 0, 1e15, "Published total of the parts named in `counted`, for the check."),
        field("counted", &N::counted, "Parts that the published total counts, separated by spaces; empty: all.")};
  }
};

std::string const& part_id(NetworkPart const& part);
NetworkPart const* find_part(NetworkParams const& network, std::string_view id);  // empty id: the only or first part
double parameters(NetworkPart const& part);
double counted_parameters(NetworkParams const& network);   // what `counted` names

// Bytes that must be in device memory: weights (tables and stored features at their own width), and what a call keeps alive.
double resident_byte(NetworkPart const& part, Format const& format, Layout const& layout);
double working_byte(NetworkPart const& part, PartWork const& work, Format const& format, Layout const& layout);

std::vector<OperatorCall> lower(NetworkPart const& part, PartWork const& work, Format const& format, Layout const& layout = {});

}  // namespace aif::compute
