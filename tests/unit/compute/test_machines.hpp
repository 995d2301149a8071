#pragma once
// A device and a model of round numbers for the tests of this folder; close to a B200 and to Llama-3.1-70B.

#include "models/compute/replica.hpp"

namespace aif::compute::test {

inline HardwareProfile gpu(double hbm_byte_s = 8e12) {
  HardwareProfile p;
  p.id = "test-gpu";
  auto& d = p.datasheet;
  d.peak_flop_s[static_cast<std::size_t>(Precision::bf16)] = 2.25e15;
  d.peak_flop_s[static_cast<std::size_t>(Precision::fp8)] = 4.5e15;
  d.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] = 9e15;
  d.hbm_byte_s = hbm_byte_s;
  d.hbm_byte = 120e9;
  d.tdp_w = 1000;
  d.clock_min_hz = 0.3e9;
  d.clock_max_hz = 1.965e9;
  d.links = {{"nvlink", 900e9, 2e-6, 72}};
  p.power.idle_w = 140;
  p.power.active_floor_w = 80;
  p.power.c_clock_w = 100;
  p.power.e_flop_j[static_cast<std::size_t>(Precision::fp8)] = 0.15e-12;
  p.power.e_hbm_j_per_byte = 40e-12;
  p.power.leak_w = 60;
  return p;
}

inline ModelArchitecture dense_70b() {
  ModelArchitecture m;
  m.id = "test-70b";
  m.layers = 80;
  m.hidden = 8192;
  m.q_heads = 64;
  m.kv_heads = 8;
  m.head_dim = 128;
  m.ffn = 28672;
  m.vocab = 128256;
  return m;
}

inline ReplicaDesign design_on(HardwareProfile const& profile, ModelArchitecture const& model, int tp) {
  ReplicaDesign d;
  d.profile = &profile;
  d.model = &model;
  d.weights = Precision::fp8;
  d.kv = Precision::fp8;
  d.worker.tp = tp;
  return d;
}

}  // namespace aif::compute::test
