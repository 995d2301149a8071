#pragma once
// What differs between two scenarios, in as few lines as a reader needs: a value, an entry that came or went, or a whole block where the
// library thing in it is another one. Each change can be made alone, to see what it is worth by itself.

#include <memory>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace aif::sim {

struct Change {
  std::string path;        // "halls.hall.pods.nvl.count"
  std::string from, to;    // as people write it; "" for what is not there
};

class ScenarioDiff {
 public:
  // At most `most` changes: beyond, they are told by top-level block.
  ScenarioDiff(Scenario const& a, Scenario const& b, std::size_t most = 12);
  ~ScenarioDiff();
  ScenarioDiff(ScenarioDiff&&) noexcept;

  std::vector<Change> const& changes() const { return changes_; }
  // Scenario `a` with that one change; throws InputError when it cannot stand alone.
  Scenario with_only(std::size_t change) const;

 private:
  struct Documents;
  std::unique_ptr<Documents> documents_;
  std::vector<Change> changes_;
};

}  // namespace aif::sim
