#pragma once
// Max-min fair rates of a changing set of flows. Progressive filling: the link with the least share left fixes its flows, then the next
// (Bertsekas and Gallager 1992, section 6.5.2). Flows that share no link, not even through others, do not touch each other: an arrival
// or a departure refills only its own component. Exact: the same rates as a filling of everything.

#include <cstddef>
#include <vector>

#include "models/network/flows.hpp"

namespace aif::network {

class FlowSet {
 public:
  explicit FlowSet(std::vector<double> capacity_byte_s);  // of each directed link

  int add(FlowRoutes const& routes, std::size_t flow);    // its number here, 0, 1, 2, ...; counts from the next update()
  void remove(int flow);
  void update();
  double rate_byte_s(int flow) const { return flows_[static_cast<std::size_t>(flow)].rate_byte_s; }  // infinite when it stays on its host
  std::size_t last_refilled() const { return component_.size(); }                                   // flows that the last update touched

 private:
  struct Entry {
    std::vector<int> link;
    std::vector<double> share;
    double rate_byte_s = 0;
    bool is_open = false;
  };
  void find_component();
  void fill();

  std::vector<double> capacity_, weight_, used_;   // of each link: capacity; share of the open flows; rate of the fixed ones
  std::vector<int> open_on_;                       // open flows on a link
  std::vector<std::vector<int>> flows_on_;
  std::vector<Entry> flows_;
  std::vector<int> changed_links_, component_, component_links_;
  std::vector<char> link_seen_, flow_seen_;
};

}  // namespace aif::network
