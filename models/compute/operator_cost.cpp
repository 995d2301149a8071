#include "models/compute/operator_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "contracts/surfaces/form.hpp"
#include "core/csv.hpp"
#include "core/diagnostics.hpp"

namespace aif::compute {
namespace {

using E = OperatorEfficiency;

// What the call before left in the last-level cache is read from there: capacity and gain are the starting values of the kernel
// forms (contracts/surfaces/stream.hpp), not fitted here.
constexpr double kL2Share = 0.5, kL2Gain = 3, kL2Steepness = 2;
constexpr double kFlopPerExponential = 128;  // dense 16-bit FLOP for each exponential a device can make: A100's ratio, where nothing else is known

struct Term {
  OperatorParameter info;
  double E::*member;
};
// Priors: matrix products from the kernel tables of the calibrated profiles (library/profiles, medians: efficiency 1.23 in 16 bit and 0.92
// in 8 bit times a tile reuse of 0.68; 0.78 of the memory rate); attention and exponentials from what FlashAttention-2 reaches, 50 to 73 % on A100 (Dao 2023) and 35 % on H100 (Shah
// et al. 2024); links from the serving fit; the rest are guesses of the class.
constexpr std::array<Term, kOperatorParameters> kTerms{{
    {{"gemm", "1", 0.80, 0.15, 0.05, 0.98, "share of the dense peak reached by matrix products"}, &E::gemm},
    {{"conv", "1", 0.60, 0.3, 0.05, 0.98, "share of the dense peak reached by convolutions"}, &E::conv},
    {{"attention", "1", 0.75, 0.2, 0.05, 0.98, "share of the dense peak reached by attention over many queries"}, &E::attention},
    {{"triangle", "1", 0.35, 0.4, 0.01, 0.98, "share of the dense peak reached by batched products of small width (pair tensors)"}, &E::triangle},
    {{"exponentials", "1", 2.5, 0.25, 0.2, 8, "exponential-unit operations of one attention score"}, &E::exponentials},
    {{"narrow", "1", 0.75, 0.15, 0.3, 1.0, "efficiency of 8-bit and narrower arithmetic over that of 16 bit"}, &E::narrow},
    {{"stream", "1", 0.70, 0.25, 0.05, 0.98, "share of the memory rate reached by element-wise work"}, &E::stream},
    {{"thin", "1", 0.78, 0.15, 0.05, 0.98, "share of the memory rate reached by matrix products and convolutions that read more than they compute"}, &E::thin},
    {{"decode", "1", 0.50, 0.4, 0.05, 0.98, "share of the memory rate reached by attention of single queries"}, &E::decode},
    {{"gather", "1", 0.25, 0.8, 0.005, 0.98, "share of the memory rate reached by gathers of rows"}, &E::gather},
    {{"link", "1", 0.50, 0.4, 0.05, 0.98, "share of the link rate reached by collectives"}, &E::link},
    {{"link_latency", "s", 15e-6, 0.7, 1e-6, 500e-6, "time of a collective without bytes"}, &E::link_latency_s},
    {{"gap", "s", 2.5e-6, 0.4, 0.2e-6, 20e-6, "between kernels of a captured graph"}, &E::gap_s},
    {{"issue", "s", 14e-6, 0.5, 1e-6, 100e-6, "host time of a kernel in eager execution"}, &E::issue_s},
    {{"eager_passes", "1", 2.0, 0.3, 1.0, 6.0, "element-wise kernels of eager execution over those of fused code"}, &E::eager_passes},
    {{"request", "s", 10e-3, 0.7, 0.1e-3, 1.0, "host time of a request around its kernels: decoding, resizing, tokenising, copies"}, &E::request_s},
    {{"cpu_compute", "1", 0.25, 0.5, 0.02, 1.5, "compute shares on general processors over those above"}, &E::cpu_compute},
    {{"cpu_memory", "1", 0.60, 0.5, 0.02, 2.0, "memory shares on general processors over those above"}, &E::cpu_memory},
}};

bool is_narrow(Precision p) { return aif::weight_byte(p) < 1.5 && arithmetic_of(p) != Precision::bf16; }

// Share of the device that a product keeps busy: whole tiles on whole waves of multiprocessors, for the best of a few tile shapes
// (small ones reuse less); small products split their sum over k.
struct Tile {
  double m, n, reuse;
};
constexpr std::array<Tile, 4> kTiles{{{128, 256, 1.0}, {128, 128, 0.97}, {64, 128, 0.9}, {64, 64, 0.8}}};

double occupancy(OperatorCall const& c, int multiprocessors) {
  if (multiprocessors <= 0) return 1;
  double const sm = multiprocessors, m = static_cast<double>(c.m), n = static_cast<double>(c.n), groups = static_cast<double>(c.op == OpClass::triangle ? std::max<std::int64_t>(1, c.groups) : 1);
  double best = 0;
  for (auto const& tile : kTiles) {
    double const rows = std::ceil(m / tile.m), columns = std::ceil(n / tile.n), tiles = rows * columns * groups;
    double const split = tiles < sm ? std::min(sm / tiles, std::max(1.0, static_cast<double>(c.k) / 512)) : 1.0, blocks = tiles * split;
    double const filled = m * n / (rows * tile.m * columns * tile.n), wave = blocks / (std::ceil(blocks / sm - 1e-9) * sm);
    best = std::max(best, tile.reuse * filled * wave);
  }
  return best;
}

struct Rate {
  double compute = 1, memory = 1;
};
Rate shares(OperatorCall const& c, E const& e) {
  double const narrow = is_narrow(c.precision) ? e.narrow : 1;
  switch (c.op) {
    case OpClass::conv: return {e.conv * narrow, e.thin};
    case OpClass::attention_prefill: return {e.attention * narrow, e.stream};
    case OpClass::attention_decode: return {e.attention, e.decode};
    case OpClass::triangle: return {e.triangle, e.thin};
    case OpClass::gather: return {1, e.gather};
    case OpClass::stream: return {1, e.stream};
    default: return {e.gemm * narrow, e.thin};
  }
}

// Bytes a second at which a collective sends what one device has to send. Inside a domain: its link. Over several domains a ring
// crosses each boundary once, so that all ports of a domain share it; pairwise exchanges use a port for each device. A port carries
// four fifths of the host link it hangs on (assumption).
double group_rate(OperatorDevice const& device, CollectiveKey const& key) {
  constexpr double kPortShare = 0.8;
  double inside = 0, widest_s = 0;
  int domain = 1;
  for (auto const& link : device.links) {
    if (link.domain >= key.group && key.domain != CommDomain::scale_out) inside = std::max(inside, link.byte_s_per_direction);
    if (link.kind == "host" || link.domain < domain) continue;
    widest_s = link.domain > domain ? link.byte_s_per_direction : std::max(widest_s, link.byte_s_per_direction);
    domain = link.domain;
  }
  if (inside > 0) return inside;
  double const port = kPortShare * device.host_byte_s;
  bool const ring = key.kind != CollectiveKind::all_to_all;
  return ring ? std::min(widest_s > 0 ? widest_s : port, domain * port) : port * key.group / std::max(1, key.group - domain);
}

// Bytes that one device sends in a ring or pairwise exchange of `byte` held by each (Thakur et al. 2005).
double sent_byte(CollectiveKey const& key, double byte) {
  double const n = key.group, others = (n - 1) / n;
  switch (key.kind) {
    case CollectiveKind::all_reduce: return 2 * others * byte;
    case CollectiveKind::all_gather: return (n - 1) * byte;
    case CollectiveKind::point_to_point: return byte;
    default: return others * byte;
  }
}

}  // namespace

std::span<OperatorParameter const> operator_parameters() {
  static std::array<OperatorParameter, kTerms.size()> const infos = [] {
    std::array<OperatorParameter, kTerms.size()> out{};
    for (std::size_t i = 0; i < kTerms.size(); ++i) out[i] = kTerms[i].info;
    return out;
  }();
  return infos;
}

std::array<double, kOperatorParameters> to_values(E const& e) {
  std::array<double, kOperatorParameters> out{};
  for (std::size_t i = 0; i < kTerms.size(); ++i) out[i] = e.*(kTerms[i].member);
  return out;
}

E from_values(std::span<double const> values) {
  E e;
  for (std::size_t i = 0; i < kTerms.size(); ++i) e.*(kTerms[i].member) = values[i];
  return e;
}

E read_operator_fit(std::string const& path) {
  CsvTable const table = CsvTable::load(path);
  auto const values = table.numbers("value");
  auto const find = [&](std::string_view name) {
    for (std::size_t i = 0; i < table.rows(); ++i)
      if (table.at(i, "name") == name) return values[i];
    throw InputError(Diagnostic{"AF4002", Severity::error, fmt::format("{} has no row `{}`", path, name), "", {path, 0, 0}, "aifactory validate --suite products --refit", 1});
  };
  std::array<double, kOperatorParameters> list{};
  for (std::size_t i = 0; i < kTerms.size(); ++i) list[i] = find(kTerms[i].info.name);
  E e = from_values(list);
  e.log_sd = find("log_sd");
  return e;
}

void describe_chip(OperatorDevice& d, Datasheet const& sheet, double clock_frac) {
  d.multiprocessors = sheet.sm_count;
  d.l2_byte = sheet.l2_byte;
  double const clock_hz = (sheet.clock_max_hz > 0 ? sheet.clock_max_hz : 1.6e9) * clock_frac;
  d.exp_s = sheet.sm_count > 0 ? sheet.sm_count * sheet.exp_per_sm_clock * clock_hz : d.flop_s[static_cast<std::size_t>(Precision::bf16)] / kFlopPerExponential;
}

OperatorDevice operator_device(HardwareProfile const& profile, double clock_frac, double memory_knee_frac) {
  auto const& sheet = profile.datasheet;
  OperatorDevice d;
  for (std::size_t p = 0; p < kPrecisions; ++p) d.flop_s[p] = sheet.peak_flop_s[p] * clock_frac;
  // Formats that the device lacks run in the next wider one that it has.
  auto const fill = [&](Precision p, std::initializer_list<Precision> wider) {
    auto& rate = d.flop_s[static_cast<std::size_t>(p)];
    for (Precision w : wider)
      if (rate <= 0) rate = d.flop_s[static_cast<std::size_t>(w)];
  };
  fill(Precision::bf16, {Precision::fp16, Precision::tf32, Precision::fp32});
  fill(Precision::fp16, {Precision::bf16});
  fill(Precision::tf32, {Precision::fp32, Precision::bf16});
  fill(Precision::fp32, {Precision::tf32});
  for (Precision p : {Precision::fp8, Precision::fp8_block, Precision::int8}) fill(p, {Precision::int8, Precision::fp8, Precision::bf16});
  for (Precision p : {Precision::fp4, Precision::mxfp4}) fill(p, {Precision::fp4, Precision::fp8});
  for (Precision p : {Precision::w4a16, Precision::w4a16_mxfp4}) fill(p, {Precision::bf16});
  d.byte_s = sheet.hbm_byte_s * std::min(1.0, clock_frac / memory_knee_frac);
  d.hbm_byte = sheet.hbm_byte;
  describe_chip(d, sheet, clock_frac);
  d.links = sheet.links;
  d.host_byte_s = 32e9;
  for (auto const& link : sheet.links)
    if (link.kind == "host" || link.kind == "pcie") d.host_byte_s = link.byte_s_per_direction, d.host_latency_s = link.latency_s;
  d.is_cpu = sheet.is_cpu;
  return d;
}

CallCost& CallCost::operator+=(CallCost const& o) {
  time_s += o.time_s, compute_s += o.compute_s, memory_s += o.memory_s, overhead_s += o.overhead_s, link_s += o.link_s;
  hbm_byte += o.hbm_byte, link_byte += o.link_byte, host_byte += o.host_byte;
  for (std::size_t i = 0; i < kOpClasses; ++i) class_s[i] += o.class_s[i];
  for (std::size_t p = 0; p < kPrecisions; ++p) flop[p] += o.flop[p];
  return *this;
}

CallCost& CallCost::operator*=(double f) {
  for (double* v : {&time_s, &compute_s, &memory_s, &overhead_s, &link_s, &hbm_byte, &link_byte, &host_byte}) *v *= f;
  for (double& v : class_s) v *= f;
  for (double& v : flop) v *= f;
  return *this;
}

CallCost cost(std::span<OperatorCall const> calls, OperatorDevice const& device, E const& e, Execution execution) {
  CallCost out;
  bool const eager = execution == Execution::eager;
  double const compute_factor = device.is_cpu ? e.cpu_compute : 1, memory_factor = device.is_cpu ? e.cpu_memory : 1;
  for (auto const& c : calls) {
    double time = 0, n = c.count;
    if (c.op == OpClass::collective) {
      double const byte = sent_byte(c.comm, c.message_byte);
      time = e.link_latency_s + byte / (group_rate(device, c.comm) * e.link);
      out.link_s += n * time;
      out.link_byte += n * byte;
    } else if (c.op == OpClass::host_copy) {
      time = device.host_latency_s + c.message_byte / device.host_byte_s;
      out.link_s += n * time;
      out.host_byte += n * c.message_byte;
    } else {
      Rate const rate = shares(c, e);
      double const passes = eager && c.op == OpClass::stream ? e.eager_passes : 1;
      double const peak = device.flop_s[static_cast<std::size_t>(c.precision)];
      double const busy = c.op == OpClass::gemm || c.op == OpClass::conv || c.op == OpClass::triangle ? occupancy(c, device.multiprocessors) : 1;
      double compute_s = c.flop > 0 && peak > 0 ? c.flop / (peak * rate.compute * compute_factor * busy) : 0;
      if ((c.op == OpClass::attention_prefill || (c.op == OpClass::triangle && c.context > 0)) && c.k > 0) compute_s += e.exponentials * c.flop / (4.0 * static_cast<double>(c.k)) / (device.exp_s * compute_factor);
      double const cached = device.l2_byte > 0 ? hit_factor(hit_share(c.weight_byte + c.state_byte, kL2Share * device.l2_byte, kL2Steepness), kL2Gain) : 1;
      double const memory_s = passes * (c.weight_byte + c.state_byte * cached) / (device.byte_s * rate.memory * memory_factor);
      double const work_s = std::max(compute_s, memory_s), gap_s = device.is_cpu ? 0 : e.gap_s;
      if (c.op == OpClass::stream) n *= passes;
      double const per_kernel = c.op == OpClass::stream ? work_s / passes : work_s;
      time = std::max(per_kernel + gap_s, eager && !device.is_cpu ? e.issue_s / device.host_speed : 0.0);
      (compute_s > memory_s ? out.compute_s : out.memory_s) += n * per_kernel;
      out.overhead_s += n * (time - per_kernel);
      out.flop[static_cast<std::size_t>(c.precision)] += c.count * c.flop;
      out.hbm_byte += c.count * passes * (c.weight_byte + c.state_byte);
    }
    out.time_s += n * time;
    out.class_s[static_cast<std::size_t>(c.op)] += n * time;
  }
  return out;
}

Activity activity_over(CallCost const& cost, double time_s) {
  Activity a;
  if (!(time_s > 0)) return a;
  for (std::size_t p = 0; p < kPrecisions; ++p) a.flop_s[p] = cost.flop[p] / time_s;
  a.hbm_byte_s = cost.hbm_byte / time_s;
  a.link_byte_s = cost.link_byte / time_s;
  a.active_frac = std::min(1.0, (cost.compute_s + cost.memory_s + cost.link_s) / time_s);
  return a;
}

Bound bound_of(CallCost const& c) {
  double const most = std::max({c.compute_s, c.memory_s, c.overhead_s, c.link_s});
  return most == c.compute_s ? Bound::compute : most == c.memory_s ? Bound::memory : most == c.link_s ? Bound::communication : Bound::overhead;
}

OpClass busiest_class(CallCost const& c) {
  return static_cast<OpClass>(std::max_element(c.class_s.begin(), c.class_s.end()) - c.class_s.begin());
}

}  // namespace aif::compute
