// Device and kernel levels of the tower: a profile, times of operators on it, a model, a replica, one engine iteration.
#include <pybind11/numpy.h>

#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "bindings/compute.hpp"
#include "contracts/profile_json.hpp"
#include "contracts/surfaces/predict.hpp"
#include "models/compute/device_power.hpp"
#include "models/compute/steady.hpp"
#include "models/compute/step.hpp"
#include "sim/scenario/library.hpp"

namespace aif::python {
namespace {

using Columns = std::vector<py::array_t<double, py::array::c_style | py::array::forcecast>>;

// One row of shape arguments, in the order that the package documents.
SurfaceShape shape_of(std::string_view form, std::vector<double> const& x) {
  if (form == GemmShape::form) return GemmShape{x[0], x[1], x[2]};
  if (form == PrefillShape::form) return PrefillShape{x[0], x[1], x[2], x[3], x[4]};
  if (form == DecodeShape::form) return DecodeShape{x[0], x[1], x[2], x[3], x[4]};
  if (form == MoeShape::form) return MoeShape{x[0], x[1], x[2], x[3], x[4], x[5], x[6], moe_load(x[0], x[1], x[2], x[3], x[6])};
  return StreamShape{x[0]};
}

std::size_t columns_of(std::string_view form) {
  if (form == GemmShape::form) return 3;
  if (form == PrefillShape::form || form == DecodeShape::form) return 5;
  if (form == MoeShape::form) return 7;
  return form == StreamShape::form ? 1 : 0;
}

Surface const& surface_of(HardwareProfile const& profile, OpClass op, Precision precision, std::string const& kernel, std::optional<Precision> state) {
  Surface const* s = find_surface(profile, op, precision, kernel, state);
  if (s && columns_of(s->form) > 0) return *s;
  std::vector<std::string> known;
  for (auto const& each : profile.surfaces)
    if (each.op == op) known.push_back(fmt::format("{} {}", enum_name(each.precision), each.kernel));
  throw InputError(Diagnostic{"AF5062", Severity::error, fmt::format("{} has no surface of {} in {}{}", profile.id, enum_name(op), enum_name(precision), kernel.empty() ? "" : " for " + kernel), "", {},
                              "another precision or kernel, or a profile that was calibrated for it", 1, fmt::format("it has: {}", fmt::join(known, ", ")), ""});
}

using Times = std::tuple<py::array_t<double>, py::array_t<double>, py::array_t<double>, Validity>;

Times operator_times(ProfileHandle const& p, OpClass op, Precision precision, std::string const& kernel, std::optional<Precision> state, Columns const& columns, double clock_frac) {
  Surface const& surface = surface_of(*p.profile, op, precision, kernel, state);
  expect_within("clock", clock_frac, 0.05, 1.0);
  if (columns.size() != columns_of(surface.form)) refuse("shape", fmt::format("{} takes {} numbers", surface.form, columns_of(surface.form)));
  auto const n = columns[0].size();
  std::vector<std::vector<double>> rows(static_cast<std::size_t>(n));
  for (py::ssize_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].size() != n) refuse("shape", "the arrays differ in length");
      double const value = columns[c].data()[i];
      expect_within("shape", value, surface.form == MoeShape::form && c == 6 ? 0.0 : 1.0, 1e15);
      rows[static_cast<std::size_t>(i)].push_back(value);
    }
  py::array_t<double> time(n), low(n), high(n);
  double *t = time.mutable_data(), *l = low.mutable_data(), *h = high.mutable_data();
  Validity validity = Validity::calibrated;
  {
    py::gil_scoped_release const without_gil;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto const one = predict(surface, p.profile->datasheet, shape_of(surface.form, rows[i]), clock_frac);
      t[i] = one.time_s, l[i] = one.low_s, h[i] = one.high_s;
      validity = worst(validity, one.validity);
    }
  }
  return {time, low, high, validity};
}

py::typing::Dict<py::str, double> by_precision(PerPrecision<double> const& values) {
  py::typing::Dict<py::str, double> out;
  auto const names = enum_names(Precision{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (values[i] > 0) out[py::str(std::string(names[i]))] = values[i];
  return out;
}

ReplicaHandle make_replica(ProfileHandle const& profile, ModelHandle const& model, compute::EngineFamily engine, Precision weights, Precision kv, compute::WorkerLayout const& worker, int workers,
                           std::optional<compute::WorkerLayout> const& prefill, int prefill_workers, int max_batch, std::vector<std::string> const& library) {
  ReplicaHandle out{profile, model, {}};
  auto const fit = compute::read_serving_fit(sim::Library(library).asset_path("lib:engines/serving_fit"));
  compute::ReplicaDesign& d = out.design;
  d.profile = out.profile.profile.get();
  d.model = out.model.model.get();
  d.weights = weights;
  d.kv = kv;
  d.worker = worker;
  d.workers = workers;
  if (prefill) d.prefill = *prefill, d.prefill_workers = prefill_workers;
  d.engine = compute::engine_params(fit, engine, *d.profile, *d.model, prefill.has_value());
  d.max_batch = max_batch;
  for (auto const& [name, value] : {std::pair{"tp", worker.tp}, {"pp", worker.pp}, {"ep", worker.ep}, {"attention_dp", worker.attention_dp}, {"workers", workers}}) expect_within(name, value, 1, 4096);
  expect_within("max_batch", max_batch, 1, 1e6);
  if (auto problems = compute::feasible(d); problems.has_errors()) throw InputError(std::move(problems));
  return out;
}

PhaseCost iterate(ReplicaHandle const& r, int n_decode, double sum_context, double prefill_tokens, double prefill_context, int prompts, double clock_frac) {
  expect_within("n_decode", n_decode, 0, r.design.max_batch);
  expect_within("sum_context", sum_context, 0, 1e12);
  expect_within("prefill_tokens", prefill_tokens, 0, 1e9);
  expect_within("prefill_context", prefill_context, 0, 1e12);
  expect_within("prompts", prompts, 1, 1e6);
  expect_within("clock", clock_frac, 0.05, 1.0);
  if (n_decode == 0 && !(prefill_tokens > 0)) refuse("n_decode, prefill_tokens", "an empty batch has no step", "decode a sequence, or prefill a prompt");
  return compute::iteration(r.design, {n_decode, sum_context, prefill_tokens, prefill_context, prompts, 0}, clock_frac * r.design.profile->datasheet.clock_max_hz);
}

compute::SteadyPoint steady_point(ReplicaHandle const& r, double input, double output, double batch, double clock_frac) {
  expect_within("input", input, 1, 1e9);
  expect_within("output", output, 1, 1e9);
  expect_within("batch", batch, 1, 1e6);
  expect_within("clock", clock_frac, 0.05, 1.0);
  return compute::steady(r.design, input, output, batch, clock_frac * r.design.profile->datasheet.clock_max_hz);
}

void bind_results_of_compute(py::module_& m) {
  Record<Estimate>(m, "Estimate", "A value with its 90 % interval.")
      .value("value", &Estimate::value, "Best value.").value("low", &Estimate::low, "5 % quantile.").value("high", &Estimate::high, "95 % quantile.")
      .value("evidence", &Estimate::evidence, "What it rests on.");
  Record<PhaseCost>(m, "PhaseCost", "One engine iteration on one replica; watts and joules per device.")
      .value("time_s", &PhaseCost::time_s, "Seconds of the step.").value("dynamic_j", &PhaseCost::dynamic_j, "Joules of a device above idle, without leakage.")
      .value("bound", &PhaseCost::bound, "What sets the time.").value("roofline_frac", &PhaseCost::roofline_frac, "Ideal time of the binding resource over time_s.")
      .value("hbm_byte_s", [](PhaseCost const& c) { return c.activity.hbm_byte_s; }, "Memory traffic of a device, B/s.")
      .value("link_byte_s", [](PhaseCost const& c) { return c.activity.link_byte_s; }, "Link traffic of a device, B/s.")
      .value("flop_s", [](PhaseCost const& c) { return by_precision(c.activity.flop_s); }, "FLOP/s of a device by precision.")
      .value("error", &PhaseCost::error, "Factor on time_s: value 1 and its 90 % interval.");
  using Steady = compute::SteadyPoint;
  Record<Steady>(m, "SteadyPoint", "A replica at a constant batch, without a queue.")
      .value("out_token_s", &Steady::out_token_s, "Output tokens per second of the replica.").value("tpot_s", &Steady::tpot_s, "Seconds per output token of a user.")
      .value("ttft_s", &Steady::ttft_s, "Seconds to the first token, without a queue.").value("prefill_frac", &Steady::prefill_frac, "Share of a worker's time in prompts.")
      .value("batch", &Steady::batch, "Sequences of the replica.").value("fits", &Steady::fits, "The batch fits into the KV cache.");
  Record<compute::JunctionPoint>(m, "JunctionPoint", "Where temperature and leakage agree.")
      .value("junction_c", &compute::JunctionPoint::junction_c, "Junction temperature, degC.").value("leakage_w", &compute::JunctionPoint::leakage_w, "Leakage, W.")
      .value("throttles", &compute::JunctionPoint::throttles, "At or above the throttle temperature.").value("runaway", &compute::JunctionPoint::runaway, "No fixed point exists.");
}

}  // namespace

void bind_compute(py::module_& m) {
  bind_results_of_compute(m);
  py::class_<ProfileHandle>(m, "Profile", "What one accelerator does.")
      .def_static("load", [](std::string const& reference, std::vector<std::string> const& library) {
        return ProfileHandle{std::make_shared<HardwareProfile const>(read_profile(sim::Library(library).asset_path(reference)))};
      }, "reference"_a, "library"_a)
      .def_property_readonly("id", [](ProfileHandle const& p) { return p.profile->id; })
      .def_property_readonly("title", [](ProfileHandle const& p) { return p.profile->title; })
      .def_property_readonly("evidence", [](ProfileHandle const& p) { return p.profile->evidence; })
      .def_property_readonly("note", [](ProfileHandle const& p) { return p.profile->note; }, "What to distrust.")
      .def_property_readonly("peak_flop_s", [](ProfileHandle const& p) { return by_precision(p.profile->datasheet.peak_flop_s); }, "Dense peak by precision.")
      .def_property_readonly("hbm_byte_s", [](ProfileHandle const& p) { return p.profile->datasheet.hbm_byte_s; }, "Memory rate, B/s.")
      .def_property_readonly("hbm_byte", [](ProfileHandle const& p) { return p.profile->datasheet.hbm_byte; }, "Memory, B.")
      .def_property_readonly("tdp_w", [](ProfileHandle const& p) { return p.profile->datasheet.tdp_w; }, "Rated power, W.")
      .def_property_readonly("clock_max_hz", [](ProfileHandle const& p) { return p.profile->datasheet.clock_max_hz; }, "Highest clock, Hz.")
      .def_property_readonly("links", [](ProfileHandle const& p) {
        std::vector<std::tuple<std::string, double, double, int>> out;
        for (auto const& l : p.profile->datasheet.links) out.emplace_back(l.kind, l.byte_s_per_direction, l.latency_s, l.domain);
        return out;
      }, "(kind, B/s per direction, latency in s, devices of the domain)")
      .def_property_readonly("surfaces", [](ProfileHandle const& p) {
        std::vector<std::tuple<OpClass, Precision, std::string, int, double, Evidence>> out;
        for (auto const& s : p.profile->surfaces) out.emplace_back(s.op, s.precision, s.kernel, s.n_rows, s.residual_log_sd, s.evidence);
        return out;
      }, "(operator, precision, kernel, rows, out-of-sample spread of log time, evidence)")
      .def_property_readonly("json", [](ProfileHandle const& p) { return profile_to_json(*p.profile); }, "Schema aifactory/profile/v1.")
      .def("operator_times", operator_times, "op"_a, "precision"_a, "kernel"_a, "state"_a, "columns"_a, "clock"_a, "(seconds, low, high, worst validity) of each shape.")
      .def("junction", [](ProfileHandle const& p, double power_w, double coolant_c, double r_case_k_per_w) {
        expect_within("power", power_w, 0, 1e5);
        expect_within("coolant", coolant_c, -50, 150);
        expect_within("case_resistance", r_case_k_per_w, 0, 10);
        return compute::junction_c(p.profile->power, p.profile->thermal, power_w, coolant_c, r_case_k_per_w);
      }, "power_w"_a, "coolant_c"_a, "case_k_per_w"_a);

  py::class_<ModelHandle>(m, "Model", "A language model as data.")
      .def_static("load", [](std::string const& reference, std::vector<std::string> const& library) {
        auto model = sim::Library(library).load_as<compute::ModelArchitecture>(reference);
        model.id = reference.substr(reference.rfind('/') + 1);
        return ModelHandle{std::make_shared<compute::ModelArchitecture const>(std::move(model))};
      }, "reference"_a, "library"_a)
      .def_property_readonly("id", [](ModelHandle const& h) { return h.model->id; })
      .def_property_readonly("title", [](ModelHandle const& h) { return h.model->title; })
      .def_property_readonly("parameters", [](ModelHandle const& h) { return compute::count_parameters(*h.model).total(); }, "Counted from the architecture.")
      .def_property_readonly("active_parameters", [](ModelHandle const& h) { return compute::active_parameters(*h.model); }, "Of one token.")
      .def("weight_byte", [](ModelHandle const& h, Precision p) { return compute::weight_byte(*h.model, p); }, "precision"_a)
      .def("kv_byte", [](ModelHandle const& h, Precision p, double context) {
        expect_within("context", context, 0, 1e12);
        return compute::kv_byte(*h.model, p, context);
      }, "precision"_a, "context"_a, "Of one sequence.");

  using compute::WorkerLayout;
  py::class_<ReplicaHandle>(m, "Replica", "One model on a group of devices behind one engine.")
      .def(py::init([](ProfileHandle const& profile, ModelHandle const& model, compute::EngineFamily engine, Precision weights, Precision kv, std::array<int, 4> w, int workers,
                       std::optional<std::array<int, 4>> p, int prefill_workers, int max_batch, std::vector<std::string> const& library) {
        auto const layout = [](std::array<int, 4> const& x) { return WorkerLayout{x[0], x[1], x[2], x[3]}; };
        return make_replica(profile, model, engine, weights, kv, layout(w), workers, p ? std::optional(layout(*p)) : std::nullopt, prefill_workers, max_batch, library);
      }), "profile"_a, "model"_a, "engine"_a, "weights"_a, "kv"_a, "worker"_a, "workers"_a, "prefill"_a, "prefill_workers"_a, "max_batch"_a, "library"_a, "Layouts are (tp, pp, ep, attention_dp).")
      .def_property_readonly("devices", [](ReplicaHandle const& r) { return compute::devices(r.design); })
      .def_property_readonly("kv_capacity_token", [](ReplicaHandle const& r) { return compute::kv_capacity_token(r.design); }, "Of one decode worker.")
      .def_property_readonly("weight_byte_per_device", [](ReplicaHandle const& r) { return compute::weight_byte_per_device(r.design, r.design.worker); })
      .def("iteration", iterate, "n_decode"_a, "sum_context"_a, "prefill_tokens"_a, "prefill_context"_a, "prompts"_a, "clock"_a)
      .def("steady", steady_point, "input"_a, "output"_a, "batch"_a, "clock"_a);
}

}  // namespace aif::python
