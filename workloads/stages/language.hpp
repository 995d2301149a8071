#pragma once
// A language stage on a replica, in closed form: n sessions decode together and every one pays its prompt once.
//   T(n) = out t_decode(n) + n t_prompt(n);  sessions in a replica: what the KV memory holds, the sleeping ones included if they stay
// Steps come from compute::iteration. Neglects queueing inside the replica and uneven lengths (the request simulator sees both).

#include <memory>

#include "models/compute/step.hpp"
#include "workloads/stages/stage.hpp"

namespace aif::workloads {

struct StageCall;

struct LanguageCall {
  int slots = 0;                          // sessions at work at once
  std::vector<StageCall> by_occupancy;    // of n = 1, 2, 4 ... slots sessions: seconds from start to last token, and the device's work for all n
  double state_byte = 0, resident_byte = 0;
  double recomputed_token = 0;            // cached tokens whose KV nobody kept
  double first_token_s = 0, tpot_s = 0;   // at full occupancy
  Bound bound = Bound::memory;
};
LanguageCall language_call(LanguageStage const& stage, compute::ReplicaDesign const& design, double clock_frac);

}  // namespace aif::workloads
