// Power: a network of buses and branches (sweep where it is a tree, Newton where it is meshed), and the electrical chain of a site.
#include <complex>

#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "bindings/documents.hpp"
#include "models/power/newton_solver.hpp"
#include "models/power/site.hpp"

namespace aif::python {
namespace {

using namespace power;

struct PowerFlow {
  std::vector<double> magnitude_pu, angle_rad;  // of each bus
  std::vector<double> from_p, from_q, loss;     // of each branch, at its `from` end; per unit
  int iterations = 0;
  std::string method;
};

// Branch flows from the voltages, the same for both engines.
void fill_branches(ElectricalGraph const& graph, PowerFlow& flow) {
  for (auto const& b : graph.branches) {
    if (!b.closed) {
      flow.from_p.push_back(0), flow.from_q.push_back(0), flow.loss.push_back(0);
      continue;
    }
    auto const at = [&](int bus) { return std::polar(flow.magnitude_pu[static_cast<std::size_t>(bus)], flow.angle_rad[static_cast<std::size_t>(bus)]); };
    std::complex<double> const ratio = std::polar(b.ratio, b.shift), vf = at(b.from) / ratio, vt = at(b.to), y = 1.0 / std::complex<double>(b.r, b.x), half(b.g / 2, b.b / 2);
    std::complex<double> const sf = vf * std::conj(y * (vf - vt) + half * vf), st = vt * std::conj(y * (vt - vf) + half * vt);
    flow.from_p.push_back(sf.real()), flow.from_q.push_back(sf.imag()), flow.loss.push_back((sf + st).real());
  }
}

PowerFlow solve_flow(ElectricalGraph const& graph) {
  if (auto problems = check(graph); problems.has_errors()) throw InputError(std::move(problems));
  PowerFlow flow;
  std::vector<int> edges;
  if (closed_graph(graph, edges); edges.size() + 1 == graph.buses.size() && graph.sources.size() == 1) {
    RadialCase const tree = radial_case(graph);
    RadialState<double> s(tree.net.size());
    s.p.assign(tree.p.begin(), tree.p.end());
    s.q.assign(tree.q.begin(), tree.q.end());
    flow.iterations = solve_radial(tree.net, s, 1e-12, 200);
    if (flow.iterations >= 0) {
      auto const angle = voltage_angles(tree.net, s);
      flow.method = "radial sweep";
      flow.magnitude_pu.resize(tree.bus.size()), flow.angle_rad.resize(tree.bus.size());
      for (std::size_t i = 0; i < tree.bus.size(); ++i)
        flow.magnitude_pu[static_cast<std::size_t>(tree.bus[i])] = std::sqrt(s.u[i]), flow.angle_rad[static_cast<std::size_t>(tree.bus[i])] = angle[i];
      fill_branches(graph, flow);
      return flow;
    }
  }
  NewtonResult const r = NewtonSolver(graph).solve(graph.p, graph.q);  // names the bus when there is no solution
  flow.method = "newton";
  flow.magnitude_pu = r.magnitude, flow.angle_rad = r.angle, flow.iterations = r.iterations;
  fill_branches(graph, flow);
  return flow;
}

using BranchRow = std::tuple<std::string, int, int, double, double, double, double, double, double, bool>;

ElectricalGraph graph_of(std::vector<std::string> const& buses, std::vector<double> const& p, std::vector<double> const& q, std::vector<BranchRow> const& branches, std::vector<int> const& sources) {
  ElectricalGraph g;
  for (auto const& name : buses) g.buses.push_back({name});
  for (double x : p) expect_within("p", x, -1e9, 1e9);
  for (double x : q) expect_within("q", x, -1e9, 1e9);
  if (p.size() != buses.size() || q.size() != buses.size()) refuse("p, q", "one load for each bus");
  if (sources.empty()) refuse("sources", "a network has at least one source");
  int const n = static_cast<int>(buses.size());
  auto const is_bus = [&](int i) { return i >= 0 && i < n; };
  for (int s : sources)
    if (!is_bus(s)) refuse("sources", fmt::format("there is no bus {}", s));
  for (auto const& [name, from, to, r, x, shunt_g, shunt_b, ratio, shift, closed] : branches) {
    if (!is_bus(from) || !is_bus(to)) refuse(name, fmt::format("the branch joins {} and {}, which are not both buses", from, to));
    for (double v : {r, x, shunt_g, shunt_b, shift}) expect_within(name, v, -1e9, 1e9);
    expect_within(name, ratio, 1e-3, 1e3);
    g.branches.push_back({name, from, to, r, x, shunt_g, shunt_b, ratio, shift, 0, closed});
  }
  g.sources = sources, g.p = p, g.q = q;
  return g;
}

SitePower site_of(std::string const& params, std::vector<std::tuple<std::string, int, double>> const& groups, std::vector<std::string> const& library) {
  std::vector<RackGroupLoad> loads;
  for (auto const& [id, racks, rated_w] : groups) {
    expect_within("racks", racks, 1, 1e6);
    expect_within("rated", rated_w, 1, 1e7);
    RackGroupLoad load;
    load.id = id, load.racks = racks, load.rated_rack_w = rated_w;
    loads.push_back(load);
  }
  if (loads.empty()) refuse("groups", "a site feeds at least one group of racks");
  return build_site_power(read_params<PowerParams>(params, "power", sim::Library(library)), loads);
}

struct SiteWindow {
  SitePowerOutputs out;
  std::vector<double> cap_rack_w;
  std::string binding;
  std::string highest_element;
};

SiteWindow solve_site(SitePower const& site, std::vector<double> const& rack_w, double mechanical_w, double dt_s) {
  if (rack_w.size() != site.groups.size()) refuse("rack_power", fmt::format("{} values for {} groups", rack_w.size(), site.groups.size()), "one for each group, in order");
  SitePowerInputs in;
  for (std::size_t i = 0; i < rack_w.size(); ++i) {
    expect_within("rack_power", rack_w[i], 0, 1e7);
    in.it_rack_w[i] = rack_w[i], in.delivered_frac[i] = 1;
  }
  expect_within("mechanical", mechanical_w, 0, 1e10);
  expect_within("step", dt_s, 1, 1e6);
  in.mechanical_w = mechanical_w;
  SiteWindow w;
  SitePowerState state = initial_state(site);
  w.out = solve_window(site, state, in, dt_s);
  w.cap_rack_w.resize(rack_w.size());
  int const binding = power_caps(site, in, w.cap_rack_w);
  w.binding = binding >= 0 ? element_name(site, binding) : "";
  w.highest_element = element_name(site, w.out.highest_element);
  return w;
}

}  // namespace

void bind_power(py::module_& m) {
  Record<PowerFlow>(m, "PowerFlow", "Voltages of buses and flows of branches, per unit.")
      .value("magnitude_pu", &PowerFlow::magnitude_pu, "Of each bus.").value("angle_rad", &PowerFlow::angle_rad, "Of each bus, against the source.")
      .value("from_p", &PowerFlow::from_p, "Active power into each branch at its from end.").value("from_q", &PowerFlow::from_q, "Reactive power likewise.")
      .value("loss", &PowerFlow::loss, "Active power lost in each branch.").value("iterations", &PowerFlow::iterations, "Sweeps or Newton steps.").value("method", &PowerFlow::method, "radial sweep or newton.");
  m.def("power_flow", [](std::vector<std::string> const& buses, std::vector<double> const& p, std::vector<double> const& q, std::vector<BranchRow> const& branches, std::vector<int> const& sources) {
    auto const graph = graph_of(buses, p, q, branches, sources);
    py::gil_scoped_release const without_gil;
    return solve_flow(graph);
  }, "buses"_a, "p"_a, "q"_a, "branches"_a, "sources"_a, "Branches are (name, from, to, r, x, g, b, ratio, shift, closed).");

  auto const of = [](auto member) { return [member](SiteWindow const& w) { return w.out.*member; }; };
  Record<SiteWindow>(m, "SitePowerWindow", "The electrical chain in one window.")
      .value("utility_w", of(&SitePowerOutputs::utility_w), "Import, W.").value("utility_var", of(&SitePowerOutputs::utility_var), "Import, var.").value("it_w", of(&SitePowerOutputs::it_w), "Racks, W.")
      .value("loss_w", [](SiteWindow const& w) {
        py::typing::Dict<py::str, double> out;
        for (std::size_t i = 0; i < kStages; ++i) out[py::str(std::string(enum_name(static_cast<Stage>(i))))] = w.out.loss_w[i];
        return out;
      }, "Losses by stage, W.")
      .value("lowest_voltage_pu", of(&SitePowerOutputs::lowest_voltage_pu), "Of any node.").value("highest_loading", of(&SitePowerOutputs::highest_loading), "Of the elements, over their limit.")
      .value("highest_element", &SiteWindow::highest_element, "Which that is.").value("over_limit_w", of(&SitePowerOutputs::over_limit_w), "What no source could carry, W.")
      .value("cap_rack_w", &SiteWindow::cap_rack_w, "Highest watts per rack of each group; infinite: no limit.").value("binding", &SiteWindow::binding, "Element that binds hardest; empty: none.")
      .value("residual_w", of(&SitePowerOutputs::residual_w), "Sources less loads and losses, W.");
  py::class_<SitePower>(m, "SitePower", "The electrical chain of a site.")
      .def(py::init(&site_of), "params"_a, py::kw_only(), "groups"_a, "library"_a, "Groups are (id, racks, rated watts of a rack).")
      .def_property_readonly("usable_it_w", [](SitePower const& s) { return s.usable_it_w; }, "After redundancy.")
      .def_property_readonly("elements", [](SitePower const& s) {
        std::vector<std::tuple<std::string, std::string, double>> out;
        for (auto const& e : s.elements) out.emplace_back(e.name, e.unit, e.limit);
        return out;
      }, "(name, unit, limit)")
      .def("solve", solve_site, "rack_w"_a, "mechanical_w"_a, "step_s"_a);
}

}  // namespace aif::python
