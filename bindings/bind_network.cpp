// Network: one collective in closed form, with the conventions of nccl-tests.
#include <pybind11/numpy.h>

#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "models/network/collective_cost.hpp"

namespace aif::python {

void bind_network(py::module_& m) {
  using Array = py::array_t<double, py::array::c_style | py::array::forcecast>;
  m.def("collective_times", [](CollectiveKind kind, Array const& byte, int ranks, int per_domain, double link_byte_s, double nic_byte_s, bool in_switch) {
    expect_within("ranks", ranks, 2, 1e6);
    expect_within("per_domain", per_domain, 1, ranks);
    expect_within("link", link_byte_s, per_domain > 1 ? 1 : 0, 1e15);
    expect_within("nic", nic_byte_s, per_domain < ranks ? 1 : 0, 1e15);
    network::CollectiveGroup const group{ranks, per_domain, link_byte_s, nic_byte_s, in_switch};
    py::array_t<double> out(byte.size()), band(byte.size());
    for (py::ssize_t i = 0; i < byte.size(); ++i) {
      expect_within("size", byte.data()[i], 1, 1e18);
      out.mutable_data()[i] = network::collective_time_s(kind, byte.data()[i], group);
      band.mutable_data()[i] = network::collective_band_log(kind, byte.data()[i], group);
    }
    return py::make_tuple(out, network::wire_factor(kind, ranks), band);
  }, "kind"_a, "byte"_a, py::kw_only(), "ranks"_a, "per_domain"_a, "link_byte_s"_a, "nic_byte_s"_a, "in_switch"_a, "(seconds, share of the bytes on each link, 90 % half width of log bandwidth of each size)");
}

}  // namespace aif::python
