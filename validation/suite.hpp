#pragma once
// A validation suite predicts published measurements and reports how wrong it is (protocol: validation/data/README.md).
// One file a suite; suites.hpp lists them. A suite fills Rows; summarise() makes the figures, the same way for all.

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace aif::validation {

// One measured value. A row is either predicted or refused with a reason, never skipped.
struct Row {
  std::string id;
  double measured = 0, predicted = 0;  // predicted out of sample
  double low = 0, high = 0;            // 90 % interval of the prediction; low == high: no band given
  double in_sample = 0;                // predicted by the fit that has seen the row; NaN when nothing is fitted
  double limit = 0;                    // row's own limit where the metric has one (statistic within_band, abs); 0: none
  bool within_band = false;            // statistic within_band: the verdict
  std::string refusal;                 // empty when predicted
  std::map<std::string, std::string> groups;  // hardware, model, engine, mode, ...
};

struct MetricSpec {
  std::string name, file;
  std::string statistic = "ape";  // ape, abs, rms, within_band
  std::string unit = "1";
  double limit = 0;               // on the median (ape, abs), on the rms, or least share within the band
  double limit_p90 = 0;           // 0: no limit on p90
};

struct GroupFigures {
  std::size_t rows = 0;
  double median = 0, p90 = 0;
};

struct MetricReport {
  MetricSpec spec;
  std::size_t rows = 0, predicted = 0, refused = 0;
  std::map<std::string, std::size_t> refusals;
  double median = 0, mean = 0, p90 = 0, max = 0, bias = 0, in_sample_median = 0, coverage_90 = 0, width_90 = 0;
  std::map<std::string, std::map<std::string, GroupFigures>> groups;
  bool pass = false;
  std::vector<std::string> failures;  // why not, in words
  std::vector<Row> detail;            // what the figures are made of
};

struct SuiteReport {
  std::string suite, data;
  bool refit = false;
  std::vector<MetricReport> metrics;
  bool pass = false;
};

// A fitted number, for `validate --parameters`.
struct FittedParameter {
  std::string name, unit, file;  // file: where the fit is stored
  double value = 0, low = 0, high = 0;
  std::size_t rows = 0;          // rows that carry it
};

struct Options {
  std::string data_dir;   // folder of the tables; default: the shipped validation/data
  bool shipped = true;    // data_dir is the shipped one: report out-of-sample figures by fold
  bool refit = false;
};

struct Suite {
  std::string name, what;
  std::function<SuiteReport(Options const&)> run;
  std::function<std::vector<FittedParameter>()> parameters;  // may be empty
  std::function<void(std::string const& out_dir)> refit;     // regenerates the suite's fitted files; may be empty
};

// The numbers of a fitted file of the project, "library/fits/NAME.csv": columns name, value, low, high, rows, and unit where it has one.
std::vector<FittedParameter> parameters_in(std::string const& file);

// Opens DIR/name.csv, or DIR/name.csv.gz; throws InputError naming the folder.
std::string table_path(std::string const& dir, std::string const& name);

// Why a row cannot be predicted: what `read` says, or the error that it throws (a cell that is no number).
std::string refusal_of(std::function<std::string()> const& read);

// Fold of a row: FNV-1a(key) mod 5, key = "hardware|model" (kernels: the shape).
int fold_of(std::string const& key);

MetricReport summarise(MetricSpec const& spec, std::vector<Row> const& rows);
void judge(SuiteReport& report);  // sets pass of the whole

}  // namespace aif::validation
