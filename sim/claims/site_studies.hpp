#pragma once
// What a scenario writes of the studies that read its own year: product_day, factory_pattern, money.

#include <optional>

#include "contracts/operators.hpp"
#include "sim/claims/study.hpp"

namespace aif::sim {

struct ProductDayStudy {
  static constexpr std::string_view type_name = "product_day";
  std::string id, title;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = ProductDayStudy;
    return FieldList{field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."), field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

struct SwapParams {
  std::string id, title, workload, model, product;
  std::optional<Precision> precision;
  double mean_per_s = 0;

  static constexpr auto fields() {
    using S = SwapParams;
    return FieldList{
        field("id", &S::id, "Name of the swap.").required(), field("title", &S::title, "What it is, for people."),
        field("workload", &S::workload, "Workload that changes.").required(), field("model", &S::model, "Its new language model: lib:models/NAME."),
        field("product", &S::product, "Or what is made in its place: lib:products/NAME."),
        field("precision", &S::precision, "New precision of the weights; empty: unchanged."),
        field("mean", &S::mean_per_s, Kind::per_time, 0.0, 1e12, "New demand in units a second; 0: unchanged.", "unchanged")};
  }
};

struct FactoryPatternStudy {
  static constexpr std::string_view type_name = "factory_pattern";
  std::string id, title;
  std::vector<SwapParams> swaps;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = FactoryPatternStudy;
    return FieldList{field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."), field("swaps", &S::swaps, "What is swapped, one at a time.").required(),
                      field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

// A cost line of the summary (capital.racks, energy, staff ...) times a triangular factor.
struct PriceRangeParams {
  std::string line, source;
  double low = 0.8, mode = 1.0, high = 1.3;

  static constexpr auto fields() {
    using P = PriceRangeParams;
    return FieldList{field("line", &P::line, "Cost line, as `summary.json` names it; people for the roles.").required(), field("low", &P::low, Kind::number, 0, 100, "Lowest factor that is believed."),
                      field("mode", &P::mode, Kind::number, 0, 100, "Most likely factor."), field("high", &P::high, Kind::number, 0, 100, "Highest factor."), field("source", &P::source, "Where the range comes from.").required()};
  }
};

struct MoneyStudy {
  static constexpr std::string_view type_name = "money";
  std::string id, title;
  double horizon_years = 10, replacement_price_change = -0.05, income_growth = 0, draws = 2000;
  std::vector<PriceRangeParams> ranges;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = MoneyStudy;
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
        field("horizon", &S::horizon_years, Kind::number, 1, 40, "Years of the cash flow.", "assumption"),
        field("replacement_price", &S::replacement_price_change, Kind::fraction, -0.9, 0.9, "Yearly change of the price of what is bought again.", "assumption"),
        field("income_growth", &S::income_growth, Kind::fraction, -0.9, 0.9, "Yearly change of the income.", "assumption: none"),
        field("draws", &S::draws, Kind::number, 1, 1e6, "Draws of the prices.", "2,000: quantiles to two percent"),
        field("ranges", &S::ranges, "Between what prices are believed to lie."),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

}  // namespace aif::sim
