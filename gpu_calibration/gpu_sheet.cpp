#include "gpu_calibration/gpu_sheet.hpp"

namespace aif::calibration {
namespace {

void set_peaks(Datasheet& d, GpuSheet const& s) {
  auto put = [&](Precision p, double v) { d.peak_flop_s[static_cast<std::size_t>(p)] = v; };
  put(Precision::fp64, s.fp64_flop_s), put(Precision::fp32, s.fp32_flop_s), put(Precision::tf32, s.tf32_flop_s);
  put(Precision::bf16, s.bf16_flop_s), put(Precision::fp16, s.bf16_flop_s), put(Precision::int8, s.int8_flop_s);
  put(Precision::fp8, s.fp8_flop_s), put(Precision::fp8_block, s.fp8_flop_s), put(Precision::mxfp4, s.fp8_flop_s);
  put(Precision::fp4, s.fp4_flop_s), put(Precision::w4a16, s.bf16_flop_s), put(Precision::w4a16_mxfp4, s.bf16_flop_s);
}

void set_energies(PowerModel& m, GpuSheet const& s) {
  auto put = [&](Precision p, double v) { m.e_flop_j[static_cast<std::size_t>(p)] = v; };
  for (Precision p : {Precision::bf16, Precision::fp16, Precision::w4a16, Precision::w4a16_mxfp4}) put(p, s.bf16_flop_j);
  for (Precision p : {Precision::fp8, Precision::fp8_block, Precision::int8, Precision::mxfp4}) put(p, s.fp8_flop_j);
  put(Precision::fp4, s.fp4_flop_j);
  // Wider formats: energy of a multiplier grows about with the square of its width (Horowitz 2014, ISSCC), data movement with its width.
  put(Precision::tf32, 2 * s.bf16_flop_j), put(Precision::fp32, 6 * s.bf16_flop_j), put(Precision::fp64, 12 * s.bf16_flop_j);
}

}  // namespace

GpuEntry make_gpu(std::string id, std::string title, GpuSheet const& s) {
  GpuEntry entry{std::move(id), s, {}};
  HardwareProfile& p = entry.profile;
  p.id = entry.id;
  p.note = s.note;
  p.title = std::move(title);
  p.evidence = Evidence::datasheet_prior;
  Datasheet& d = p.datasheet;
  set_peaks(d, s);
  d.hbm_byte_s = s.hbm_byte_s, d.hbm_byte = s.hbm_byte, d.l2_byte = s.l2_byte, d.l2_byte_s = s.l2_byte_s, d.tdp_w = s.tdp_w;
  d.clock_min_hz = s.clock_min_hz, d.clock_base_hz = s.clock_base_hz, d.clock_max_hz = s.clock_max_hz;
  d.sm_count = s.sm_count, d.exp_per_sm_clock = s.exp_per_sm_clock, d.die = s.die;
  if (s.link_byte_s > 0) d.links.push_back({s.link_kind, s.link_byte_s, s.link_latency_s, s.link_domain});
  if (s.host_byte_s > 0) d.links.push_back({"host", s.host_byte_s, s.host_latency_s, 1});
  PowerModel& m = p.power;
  m.idle_w = s.idle_w, m.active_floor_w = s.active_floor_w, m.v_min = s.v_min, m.v0 = s.v0, m.v1 = s.v1, m.c_clock_w = s.clock_w;
  m.e_hbm_j_per_byte = s.hbm_byte_j, m.e_link_j_per_byte = s.link_byte_j;
  m.leak_w = s.leak_w, m.leak_scale_k = s.leak_scale_k, m.t_ref_c = s.leak_reference_c;
  set_energies(m, s);
  p.thermal = {s.r_junction_case_k_per_w, s.slow_c, s.trip_c, s.hbm_max_c};
  return entry;
}

}  // namespace aif::calibration
