#pragma once
// Recommendation network: a bottom perceptron on dense features, pooled lookups in embedding tables, low-rank cross layers (DCN-v2)
// or none, a top perceptron. Work: batch = user-item pairs. Tables may be cut over devices: then pooled vectors travel all-to-all.
// Sources: Naumov et al. 2019 (DLRM), Wang et al. 2021 (DCN-v2), mlcommons/inference recommendation/dlrm_v2.

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct TablesPart {
  static constexpr std::string_view type_name = "tables";
  std::string id;
  double rows = 0, dim = 128, tables = 26, lookups = 26, table_element_byte = 4, cross_layers = 0, cross_rank = 0;
  std::vector<double> bottom, top;  // widths, inputs first

  static constexpr auto fields() {
    using P = TablesPart;
    auto const number = [](std::string_view key, double P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e13, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        number("rows", &P::rows, "Rows of all tables.").required(), number("dim", &P::dim, "Width of a row."), number("tables", &P::tables, "Tables."),
        number("lookups", &P::lookups, "Rows that one pair reads, over all tables."), number("table_element_byte", &P::table_element_byte, "Bytes of one stored element."),
        number("cross_layers", &P::cross_layers, "Cross layers."), number("cross_rank", &P::cross_rank, "Rank of a cross layer."),
        field("bottom", &P::bottom, Kind::number, 1, 1e6, "Widths of the bottom perceptron, inputs first."),
        field("top", &P::top, Kind::number, 1, 1e6, "Widths of the top perceptron behind the joined vectors, inputs first.")};
  }
};

double parameters(TablesPart const& part);  // with the tables
double dense_parameters(TablesPart const& part);
double table_byte(TablesPart const& part);
void lower(TablesPart const& part, PartWork const& work, Lowering& out);

}  // namespace aif::compute
