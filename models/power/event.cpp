#include "models/power/event.hpp"

#include <algorithm>
#include <cmath>

#include "core/diagnostics.hpp"

namespace aif::power {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kDamping = 1.0;      // load damping, per unit power per unit frequency (assumption)
constexpr double kResetTime = 5.0;    // of the isochronous reset (assumption)
constexpr double kUpsFrequencyWindow = 0.05;

enum class UpsState { normal, battery, walk_in, bypass, off };

// Blocks that are alike share one; a lost block leaves the list.
struct Block {
  double count = 1, share = 0;         // how many; of the site's IT load, each
  UpsState state = UpsState::normal;
  double stored_j = 0, capacity_j = 0;
  double healthy_s = 0, walk_frac = 1, gap_s = 0, overload = 0;
  std::array<double, 16> transfer_at{};
  int transfers = 0;
  bool locked = false;
  // Racks of the block.
  double hold_j = 0, hold_capacity_j = 0, dark_s = 0;
  bool tripped = false;
  double battery_w = 0, input_w = 0, output_w = 0, loss_w = 0, stored_w = 0;
};

// All generators that run, as one machine.
struct Machine {
  double running = 0, rating_w = 0, ready_at_s = kInfinity;
  double frequency = 1, torque = 0, reset = 0, out_of_range_s = 0;
  bool tripped = false;
  bool ready(double t) const { return !tripped && running > 0 && t >= ready_at_s; }
};

class Simulation {
 public:
  Simulation(EventParams const& p, EventScript const& s, double dt, double sample) : p_(p), s_(s), dt_(dt), sample_s_(sample) {
    double const modules_w = p.ups_modules * p.ups.rated_power_w;
    rating_w_ = p.block_rating_w > 0 ? p.block_rating_w : modules_w;
    Block b;
    b.count = p.blocks;
    b.share = 1.0 / p.blocks;
    b.capacity_j = b.stored_j = p.ups_modules * p.ups.battery_energy_j;
    double const design_w = p.hold_up_design_w > 0 ? p.hold_up_design_w : p.it_w;
    b.hold_capacity_j = b.hold_j = design_w * b.share * p.hold_up_s;
    if (p.ups_modules == 0) b.state = UpsState::bypass;
    blocks_ = {b};
    machine_.running = std::max(p.generators - p.generators_that_fail, 0);
    machine_.rating_w = machine_.running * p.generator.power_w;
    out_.lowest_hz = out_.highest_hz = p.nominal_hz;
  }

  EventResult run() {
    auto const steps = static_cast<long>(std::ceil(s_.duration_s / dt_ - 1e-9));
    double const start_j = stored_j();
    double next_sample = 0;
    for (long k = 0; k < steps; ++k) {
      double const t = static_cast<double>(k) * dt_;
      step(t);
      if (t + 1e-9 >= next_sample) sample(t), next_sample += sample_s_;
    }
    out_.source_j = utility_j_ + generator_j_ + (start_j - stored_j());
    out_.sink_j = it_j_ + mechanical_j_ + loss_j_;
    out_.residual_j = out_.source_j - out_.sink_j;
    finish();
    return std::move(out_);
  }

 private:
  double utility_voltage(double t) const {
    double v = 1;
    for (auto const& seg : s_.utility)
      if (t + 1e-9 >= seg.start_s && t + 1e-9 < seg.start_s + seg.duration_s) v = seg.voltage_pu;
    return v;
  }
  double stored_j() const {
    double sum = 0;
    for (auto const& b : blocks_) sum += b.count * (b.stored_j + b.hold_j);
    return sum + lost_store_j_;
  }

  void step(double t) {
    utility_pu_ = utility_voltage(t);
    if (t >= s_.block_lost_at_s && !block_lost_) lose_block();
    if (t >= s_.generator_lost_at_s && !generator_lost_) {
      generator_lost_ = true;
      machine_.running = std::max(machine_.running - 1, 0.0);
      machine_.rating_w = machine_.running * p_.generator.power_w;
    }
    transfer_switch(t);
    shed_rows(t);
    // What the input bus can give: the machine's spare rating limits how fast the UPS may walk in.
    double const mechanical = mechanical_power(t);
    double spare_w = on_generator_ ? std::max(machine_.rating_w - mechanical, 0.0) : kInfinity;
    double input_w = 0;
    for (auto& b : blocks_) {
      ups(b, t, b.count > 0 ? spare_w / b.count : 0.0);
      racks(b, t);
      spare_w -= b.count * b.input_w;
      input_w += b.count * b.input_w;
    }
    double const bus_w = input_w + mechanical;
    if (on_generator_) machine(t, bus_w);
    account(bus_w, mechanical);
  }

  // Keeps the first of each word.
  void note(double t, EventWord word, double value = 0, std::string name = {}) {
    if (word != EventWord::row_shed && noted_[static_cast<std::size_t>(word)]) return;
    noted_[static_cast<std::size_t>(word)] = true;
    out_.notes.push_back({t, word, value, std::move(name)});
  }
  double it_wanted_w() const { return p_.it_w - out_.shed_w; }

  // Generators that cannot carry everything leave the rest to the batteries: rows go before those are empty.
  void shed_rows(double t) {
    double need_w = it_wanted_w() + p_.mechanical_w;
    for (auto const& b : blocks_) need_w += b.count * b.loss_w;
    bool const is_short = on_generator_ && machine_.ready(t) && need_w > machine_.rating_w;
    short_s_ = is_short ? short_s_ + dt_ : 0;
    for (; is_short && short_s_ >= p_.shed_delay_s && next_shed_ < p_.shed.size() && need_w > machine_.rating_w; ++next_shed_) {
      double const row_w = std::min(p_.shed[next_shed_].it_w, it_wanted_w());
      need_w -= row_w;
      out_.shed_w += row_w;
      note(t, EventWord::row_shed, row_w, p_.shed[next_shed_].name);
      out_.ride_through.shed.push_back(p_.shed[next_shed_].name);
    }
  }

  // Its racks and its batteries go; survivors take the load after the static gap.
  void lose_block() {
    block_lost_ = true;
    note(s_.block_lost_at_s, EventWord::block_lost);
    Block& b = blocks_.front();
    if (b.count <= 1) {
      b.tripped = true, b.state = UpsState::off;
      out_.first_trip_s = std::min(out_.first_trip_s, s_.block_lost_at_s);
      return;
    }
    double const survivors = b.count - 1;
    lost_store_j_ += b.stored_j;  // stays in the account, out of reach
    double const fed = std::min(1.0, survivors / std::max(p_.usable_blocks, 1e-9));
    dark_frac_ = 1 - fed;  // with N the racks of the lost block have no second path
    lost_store_j_ += b.count * b.hold_j * (1 - fed);
    if (dark_frac_ > 0) out_.first_trip_s = std::min(out_.first_trip_s, s_.block_lost_at_s);
    b.hold_j *= b.count / survivors * fed;
    b.hold_capacity_j *= b.count / survivors * fed;
    b.share = fed / survivors;
    b.count = survivors;
    b.gap_s = p_.static_switch_s;
  }

  void transfer_switch(double t) {
    bool const healthy = std::abs(utility_pu_ - 1) <= p_.transfer.window_frac;
    outage_s_ = healthy ? 0 : outage_s_ + dt_;
    healthy_s_ = healthy ? healthy_s_ + dt_ : 0;
    if (p_.generators > 0 && outage_s_ >= p_.transfer.start_delay_s && !std::isfinite(machine_.ready_at_s)) {
      machine_.ready_at_s = t + p_.generator.start_s;
      note(t, EventWord::generators_called, p_.generators);
    }
    if (machine_.ready(t)) note(t, EventWord::generators_ready, machine_.running);
    if (dead_s_ > 0) {
      dead_s_ -= dt_;
    } else if (!on_generator_ && !healthy && machine_.ready(t)) {
      on_generator_ = true, dead_s_ = p_.transfer.transfer_s;
      out_.on_generator_s = std::min(out_.on_generator_s, t);
      note(t, EventWord::on_generator);
    } else if (on_generator_ && (healthy_s_ >= p_.transfer.return_delay_s || (machine_.tripped && healthy))) {
      on_generator_ = false, dead_s_ = p_.transfer.transfer_s;
      note(t, EventWord::back_on_utility);
    }
    input_pu_ = dead_s_ > 0 ? 0 : on_generator_ ? (machine_.ready(t) ? 1 : 0) : utility_pu_;
  }

  bool input_healthy() const {
    double const f = on_generator_ ? machine_.frequency : 1;
    return std::abs(input_pu_ - 1) <= p_.ups.window_frac && std::abs(f - 1) <= kUpsFrequencyWindow;
  }

  double mechanical_power(double t) {
    bool const powered = std::abs(input_pu_ - 1) <= 0.2, was_back = mechanical_frac_ >= 0.999;
    mechanical_frac_ = powered ? std::min(1.0, mechanical_frac_ + dt_ / std::max(p_.mechanical_restart_s, dt_)) : 0.0;
    if (mechanical_frac_ < 0.999) {
      if (p_.mechanical_w > 0) out_.cooling_gap_s += dt_;
      out_.mechanical_back_s = kInfinity;
    } else if (!was_back) {
      out_.mechanical_back_s = t;
      note(t, EventWord::mechanical_back, out_.cooling_gap_s);
    }
    return p_.mechanical_w * mechanical_frac_;
  }

  void to_battery(Block& b, double t) {
    if (p_.ups.mode == UpsMode::eco) b.gap_s = p_.ups.eco_transfer_s;
    b.state = UpsState::battery;
    b.healthy_s = 0;
    b.transfer_at[static_cast<std::size_t>(b.transfers) % b.transfer_at.size()] = t;
    ++b.transfers;
    ++out_.transfers;
    int recent = 0;
    for (int k = 0; k < std::min<int>(b.transfers, static_cast<int>(b.transfer_at.size())); ++k)
      recent += t - b.transfer_at[static_cast<std::size_t>(k)] <= p_.ups.lockout_window_s ? 1 : 0;
    note(t, EventWord::on_battery, b.capacity_j > 0 && it_wanted_w() * b.share > 0 ? b.stored_j / (it_wanted_w() * b.share) : 0);
    if (recent >= p_.ups.lockout_count) b.locked = out_.locked_out = true, note(t, EventWord::locked_out);
  }

  // One block: decides the state, then the powers at its input, battery and output. Output is what the racks draw.
  void ups(Block& b, double t, double spare_w) {
    double const it_w = b.tripped ? 0 : it_wanted_w() * b.share;
    bool const healthy = input_healthy();
    b.gap_s = std::max(b.gap_s - dt_, 0.0);
    b.battery_w = b.stored_w = b.loss_w = 0;
    if (p_.ups_modules == 0) {
      bool const fed = std::abs(input_pu_ - 1) <= 1 - p_.hold_up_voltage_pu && b.gap_s <= 0;
      b.output_w = fed ? it_w : 0;
      b.input_w = b.output_w;
      return;
    }
    if (b.state == UpsState::normal && !healthy) to_battery(b, t);
    if (b.state == UpsState::walk_in && !healthy) b.state = UpsState::battery, b.healthy_s = 0, ++out_.transfers;
    if (b.state == UpsState::battery && !b.locked) {
      b.healthy_s = healthy ? b.healthy_s + dt_ : 0;
      if (b.healthy_s >= p_.ups.retransfer_s) b.state = UpsState::walk_in, b.walk_frac = 0, note(t, EventWord::walk_in);
    }
    if (b.state == UpsState::off && healthy) b.state = UpsState::bypass;  // racks that tripped stay down
    bool const on_input = b.state == UpsState::normal || b.state == UpsState::walk_in || (b.state == UpsState::bypass && healthy);
    double const rating = p_.ups_modules * p_.ups.rated_power_w;
    bool const eco = p_.ups.mode == UpsMode::eco && b.state == UpsState::normal && !on_generator_;
    double const out_w = b.state == UpsState::off || (b.state == UpsState::bypass && !healthy) || b.gap_s > 0 ? 0 : it_w;
    double const loss_w = b.state == UpsState::off || b.state == UpsState::bypass ? 0 : converter_loss_w(eco ? p_.ups.eco_curve() : p_.ups.curve(), rating, out_w);
    double const need_w = out_w + loss_w;
    double from_input_w = on_input ? need_w : 0;
    if (b.state == UpsState::walk_in) {
      b.walk_frac = std::min(1.0, b.walk_frac + dt_ / std::max(p_.ups.walk_in_s, dt_));
      from_input_w = std::min(need_w * b.walk_frac, spare_w);
      if (b.walk_frac >= 1 && from_input_w >= need_w) b.state = UpsState::normal, note(t, EventWord::on_line);
    }
    double charge_w = 0;
    if (b.state == UpsState::normal && b.stored_j < b.capacity_j) charge_w = std::min({p_.recharge_frac * rating, (b.capacity_j - b.stored_j) / dt_, std::max(spare_w - from_input_w, 0.0)});
    double battery_w = need_w - from_input_w;
    if (battery_w * dt_ > b.stored_j) {  // empty: racks go to bypass, or dark
      b.state = healthy ? UpsState::bypass : UpsState::off;
      note(t, EventWord::battery_empty);
      battery_w = b.stored_j / dt_;
      from_input_w = healthy ? need_w - battery_w : from_input_w;
    }
    b.battery_w = battery_w;
    b.stored_w = charge_w - battery_w;
    b.stored_j = std::max(b.stored_j + b.stored_w * dt_, 0.0);
    b.input_w = from_input_w + charge_w;
    b.output_w = std::min(out_w, std::max(from_input_w + battery_w - loss_w, 0.0));
    b.loss_w = from_input_w + battery_w - b.output_w;
    overload(b, out_w, t);
    out_.lowest_battery_frac = std::min(out_.lowest_battery_frac, b.capacity_j > 0 ? b.stored_j / b.capacity_j : 1.0);
  }

  // Inverse time: (x^2 - 1) accumulates; the limit is what overload_frac reaches in overload_s.
  void overload(Block& b, double out_w, double t) {
    double const x = rating_w_ > 0 ? out_w / rating_w_ : 0;
    b.overload = std::max(0.0, b.overload + (x * x - 1) * dt_);
    if (b.overload > (p_.overload_frac * p_.overload_frac - 1) * p_.overload_s && x > 1) {
      out_.overload_trip = true;
      note(t, EventWord::overload, x);
      b.state = UpsState::off;
      b.tripped = true;
      out_.first_trip_s = std::min(out_.first_trip_s, t);
      note(t, EventWord::racks_dark, b.count * b.share);
    }
  }

  // Rack supplies: full power from the input, or from their capacitors until those are empty.
  void racks(Block& b, double t) {
    double const want_w = b.tripped ? 0 : it_wanted_w() * b.share;
    double const short_w = want_w - b.output_w;
    b.dark_s = short_w > 1e-6 * want_w && want_w > 0 ? b.dark_s + dt_ : 0;
    if (b.tripped) {
      lost_store_j_ += b.count * b.hold_j;
      b.hold_j = 0;
      return;
    }
    if (short_w > 0) {
      double const give_j = std::min(short_w * dt_, b.hold_j);
      b.hold_j -= give_j;
      it_j_ += b.count * give_j;
      if (give_j < short_w * dt_ * (1 - 1e-9)) {
        b.tripped = true;
        note(t, EventWord::racks_dark, b.count * b.share);
        out_.first_trip_s = std::min(out_.first_trip_s, t);
      } else {
        out_.longest_gap_s = std::max(out_.longest_gap_s, b.dark_s);
      }
    } else if (b.hold_j < b.hold_capacity_j && b.output_w > 0 && input_healthy()) {  // recharges in a few cycles, from the input
      double const refill_w = std::min((b.hold_capacity_j - b.hold_j) / dt_, 0.2 * want_w);
      b.hold_j += refill_w * dt_;
      b.input_w += refill_w;
    }
  }

  void machine(double t, double load_w) {
    Machine& m = machine_;
    if (!m.ready(t) || m.rating_w <= 0) return;
    double const pe = load_w / m.rating_w, df = m.frequency - 1;
    auto const& g = p_.generator;
    m.reset = std::clamp(m.reset - df / (g.droop_frac * kResetTime) * dt_, 0.0, 1.1);
    double const reference = std::clamp(m.reset - df / g.droop_frac, 0.0, 1.1);
    m.torque += (reference - m.torque) * dt_ / (g.governor_lag_s + dt_);
    m.frequency = 1 + (df + (m.torque - pe) * dt_ / (2 * g.inertia_s)) / (1 + kDamping * dt_ / (2 * g.inertia_s));
    double const hz = m.frequency * p_.nominal_hz;
    out_.lowest_hz = std::min(out_.lowest_hz, hz);
    out_.highest_hz = std::max(out_.highest_hz, hz);
    m.out_of_range_s = hz < p_.trip_low_hz || hz > p_.trip_high_hz ? m.out_of_range_s + dt_ : 0;
    if (m.out_of_range_s >= p_.trip_s) m.tripped = out_.generators_tripped = true, note(t, EventWord::generators_tripped, hz);
  }

  void account(double bus_w, double mechanical_w) {
    (on_generator_ ? generator_j_ : utility_j_) += bus_w * dt_;
    mechanical_j_ += mechanical_w * dt_;
    it_now_w_ = battery_now_w_ = 0;
    for (auto const& b : blocks_) {
      it_j_ += b.count * b.output_w * dt_;
      loss_j_ += b.count * b.loss_w * dt_;
      it_now_w_ += b.count * b.output_w;
      battery_now_w_ -= b.count * b.stored_w;
    }
    bus_now_w_ = bus_w, mechanical_now_w_ = mechanical_w;
  }

  void sample(double t) {
    double stored = 0, capacity = 0;
    for (auto const& b : blocks_) stored += b.count * b.stored_j, capacity += b.count * b.capacity_j;
    out_.trace.push_back({t, on_generator_ ? 0 : bus_now_w_, on_generator_ ? bus_now_w_ : 0, battery_now_w_, it_now_w_, mechanical_now_w_, machine_.frequency * p_.nominal_hz,
                          capacity > 0 ? stored / capacity : 1});
  }

  void finish() {
    double tripped = dark_frac_;
    for (auto const& b : blocks_)
      if (b.tripped) tripped += b.count * b.share;
    out_.tripped_frac = std::min(tripped, 1.0);
    out_.survived = out_.tripped_frac <= 0;
    out_.ride_through.seconds_to_trip_s = out_.first_trip_s;
    out_.ride_through.seconds_to_throttle_s = kInfinity;  // cooling says
    if (out_.locked_out) out_.ride_through.tripped.push_back("power.ups");
    if (out_.generators_tripped) out_.ride_through.tripped.push_back("site.onsite.generator");
    if (!out_.survived) out_.ride_through.shed.push_back("racks");
  }

  EventParams const& p_;
  EventScript const& s_;
  double dt_, sample_s_, rating_w_ = 0;
  std::vector<Block> blocks_;
  Machine machine_;
  EventResult out_;
  double utility_pu_ = 1, input_pu_ = 1, outage_s_ = 0, healthy_s_ = 0, dead_s_ = 0, mechanical_frac_ = 1, dark_frac_ = 0, lost_store_j_ = 0;
  bool on_generator_ = false, block_lost_ = false, generator_lost_ = false;
  std::array<bool, 15> noted_{};
  std::size_t next_shed_ = 0;
  double short_s_ = 0;
  double utility_j_ = 0, generator_j_ = 0, it_j_ = 0, mechanical_j_ = 0, loss_j_ = 0;
  double it_now_w_ = 0, battery_now_w_ = 0, bus_now_w_ = 0, mechanical_now_w_ = 0;
};

}  // namespace

EventResult simulate_event(EventParams const& params, EventScript const& script, double dt_s, double sample_s) {
  bool const good = dt_s >= 0.0005 && dt_s <= 0.02 && params.blocks >= 1 && params.it_w >= 0 && params.hold_up_s >= 0 && sample_s > 0 && script.duration_s > 0 &&
                    params.generators >= 0 && (params.generators == 0 || params.generator.power_w > 0) && (params.ups_modules == 0 || params.ups.rated_power_w > 0);
  if (!good) {
    Diagnostic d;
    d.code = "AF2140";
    d.message = "an event needs a step of 0.5 to 20 ms, a duration, blocks and ratings above zero";
    d.hint = "check dt, duration, blocks, UPS and generator ratings";
    throw InputError(std::move(d));
  }
  return Simulation(params, script, dt_s, sample_s).run();
}

}  // namespace aif::power
