#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "models/power/dc_row.hpp"
#include "models/power/site.hpp"

namespace aif::power {
namespace {

// How many of each kind of element are out of service: "power.blocks/2" is the third block, "power.ups/7" the eighth module of all blocks.
struct OutOfService {
  std::set<int> blocks, main_transformers, feeds, boards, ups, mechanical;
  std::map<std::string, std::set<int>> onsite, runs;
};

constexpr double kLeastCollapseMargin = 2;  // below, steps of the racks come near the edge (assumption)

class Builder {
 public:
  Builder(PowerParams const& params, std::span<RackGroupLoad const> groups) : p_(params), groups_(groups) { site_.params = params; }

  SitePower build() {
    read_outages();
    read_words();
    check_numbers();
    stop_on_errors();
    make_groups();
    make_classes();
    stop_on_errors();
    make_network();
    make_onsite();
    make_elements();
    check_design();
    stop_on_errors();
    return std::move(site_);
  }

 private:
  void error(char const* code, std::string message, std::string path, std::string hint) {
    problems_.add({code, Severity::error, std::move(message), std::move(path), {}, std::move(hint)});
  }
  void warn(char const* code, std::string message, std::string path, std::string hint) {
    site_.warnings.push_back({code, Severity::warning, std::move(message), std::move(path), {}, std::move(hint)});
  }
  void stop_on_errors() {
    if (problems_.has_errors()) throw InputError(std::move(problems_));
  }

  void read_outages() {
    for (auto const& name : p_.plant.out_of_service) {
      auto const slash = name.rfind('/');
      std::string const what = name.substr(0, slash);
      int const number = slash == name.npos ? 0 : std::atoi(name.c_str() + slash + 1);
      if (what == "power.blocks") out_.blocks.insert(number);
      else if (what == "power.main_transformer") out_.main_transformers.insert(number);
      else if (what == "power.feeds") out_.feeds.insert(number);
      else if (what == "power.ups") out_.ups.insert(number);
      else if (what == "power.board") out_.boards.insert(number);
      else if (what == "power.mechanical") out_.mechanical.insert(number);
      else if (what.starts_with("power.distribution.busway.")) out_.runs[what.substr(26)].insert(number);
      else if (what.starts_with("site.onsite.")) out_.onsite[what.substr(12)].insert(number);
      else error("AF2111", fmt::format("`{}` is no element that can be out of service", name), "power.out_of_service",
                 "power.feeds/I, power.main_transformer/I, power.board/I, power.blocks/I, power.ups/I, power.mechanical/I, power.distribution.busway.POD/I or site.onsite.ID/I");
    }
  }

  Redundancy word(std::string const& text, char const* path) {
    auto const r = parse_redundancy(text);
    if (!r) error("AF2102", fmt::format("`{}` is no redundancy word", text), path, fmt::format("one of {}", kRedundancyWords));
    return r.value_or(Redundancy{});
  }
  void read_words() {
    blocks_ = word(p_.plant.blocks.redundancy, "power.blocks.redundancy");
    mains_ = word(p_.plant.main_transformer.redundancy, "power.main_transformer.redundancy");
    feeds_ = word(p_.utility.feeds.redundancy, "site.utility.feeds.redundancy");
  }

  void positive(double value, char const* path, char const* what) {
    if (!(value > 0) || !std::isfinite(value)) error("AF2103", fmt::format("{} is {}: it must be above zero", what, value), path, "give the rating of the element");
  }
  void not_negative(double value, char const* path, char const* what) {
    if (!(value >= 0) || !std::isfinite(value)) error("AF2104", fmt::format("{} is {}: an impedance or loss cannot be negative", what, value), path, "check the sign");
  }
  void check_transformer(TransformerParams const& t, char const* path) {
    positive(t.rating_va, path, "rating");
    not_negative(t.no_load_loss_w, path, "no-load loss");
    not_negative(t.load_loss_w, path, "load loss");
    if (t.short_circuit_voltage_frac < t.load_loss_w / t.rating_va)
      error("AF2105", fmt::format("short-circuit voltage {:.4g} is below the load loss {:.4g} of rating", t.short_circuit_voltage_frac, t.load_loss_w / t.rating_va), path,
            "the short-circuit voltage includes the resistance: give it in per unit of rated voltage");
  }
  void check_numbers() {
    auto const& plant = p_.plant;
    positive(p_.utility.capacity_w, "site.utility.capacity", "import capacity");
    positive(plant.blocks.it_capacity_w, "power.blocks.it_capacity", "IT capacity of a block");
    positive(plant.ups.rated_power_w, "power.ups.rated_power", "rated power of a UPS module");
    positive(plant.cable.voltage_v, "power.cable.voltage", "voltage of the cable");
    positive(plant.cable.length_m, "power.cable.length", "length of the cable");
    positive(plant.distribution.busway.rating_a, "power.distribution.busway.rating", "rated current of the busway");
    positive(plant.distribution.busway.pitch_m, "power.distribution.busway.pitch", "pitch of the busway");
    not_negative(plant.cable.resistance_ohm_per_m, "power.cable.resistance", "resistance of the cable");
    not_negative(plant.distribution.busway.resistance_ohm_per_m, "power.distribution.busway.resistance", "resistance of the busway");
    if (plant.main_transformer.count > 0) check_transformer(plant.main_transformer.unit, "power.main_transformer.unit");
    check_transformer(plant.transformer, "power.transformer");
    check_transformer(plant.mechanical.transformer, "power.mechanical.transformer");
    if (plant.blocks.count < 1) error("AF2103", "no power block is installed", "power.blocks.count", "at least 1");
    if (groups_.size() > kMaxGroups) error("AF2112", fmt::format("{} rack groups: the power model keeps at most {}", groups_.size(), kMaxGroups), "halls", "merge racks of one kind");
    for (auto const& g : groups_) {
      std::string const path = fmt::format("pods.{}", g.id);
      if (g.racks < 0 || g.racks_per_row < 1) error("AF2103", fmt::format("{} racks in rows of {}", g.racks, g.racks_per_row), path, "rows of at least one rack");
      if (!(g.rated_rack_w > 0)) error("AF2103", fmt::format("rated power of a rack is {} W", g.rated_rack_w), path, "give the highest lasting draw of one rack");
      if (!(g.power_factor > 0 && g.power_factor <= 1)) error("AF2103", fmt::format("power factor {}", g.power_factor), path, "between 0 and 1");
    }
  }

  void make_groups() {
    auto const& busway = p_.plant.distribution.busway;
    for (auto const& g : groups_) {
      GroupPath path;
      bool const is_dc = p_.plant.distribution.supply == RowSupply::dc;
      auto const& rectifier = p_.plant.distribution.rectifier;
      double const run_w = is_dc ? std::min(rectifier.voltage_v * busway.rating_a, rectifier.units * rectifier.rated_power_w) : std::sqrt(3.0) * busway.voltage_v * busway.rating_a * g.power_factor;
      int const fit = static_cast<int>(std::floor(run_w / g.rated_rack_w + 1e-9));
      int per_run = std::min(g.racks_per_row, fit);
      if (p_.plant.distribution.busway.runs_per_row > 0)
        per_run = (g.racks_per_row + busway.runs_per_row - 1) / busway.runs_per_row;
      if (per_run < 1) {
        error("AF2106", fmt::format("a rack of {:.0f} kW is above the {:.0f} kW of one busway run", g.rated_rack_w / 1e3, run_w / 1e3), fmt::format("pods.{}", g.id),
              "a larger busway, a higher voltage or a smaller rack");
        per_run = 1;
      }
      path.racks = g.racks;
      path.racks_per_run = per_run;
      path.runs = std::ceil(static_cast<double>(g.racks) / per_run) * busway.paths;
      if (auto const lost = out_.runs.find(g.id); lost != out_.runs.end() && busway.paths == 1) {  // with two paths the other one carries all
        double const dark = std::min(static_cast<double>(lost->second.size()) * per_run, path.racks);
        path.fed_frac = path.racks > 0 ? 1 - dark / path.racks : 1;
        path.racks -= dark;
        path.runs = std::max(path.runs - static_cast<double>(lost->second.size()), 0.0);
      }
      path.row = is_dc ? fit_dc_row(busway, rectifier, per_run) : fit_row(busway, per_run, g.power_factor);
      path.rated_w = g.rated_rack_w;
      double const pf = is_dc ? rectifier.input_power_factor : g.power_factor;
      path.tan_phi = std::sqrt(1 / (pf * pf) - 1);
      path.row_cap_w = path.row.rating_w / per_run;
      if (is_dc) check_dc_run(g, path);
      path.priority = g.priority;
      path.can_be_capped = g.can_be_capped;
      if (path.row.end_voltage_pu(path.row.rating_w / busway.paths) < 0.9)
        warn("AF2120", fmt::format("voltage at the end of a full run of group `{}` is {:.3f} of nominal", g.id, path.row.end_voltage_pu(path.row.rating_w / busway.paths)),
             "power.distribution.busway", "shorter runs or more copper: power supplies accept about 0.9");
      site_.groups.push_back(path);
    }
  }

  // One path has to carry a whole run, as in an AC row.
  void check_dc_run(RackGroupLoad const& g, GroupPath& path) {
    auto const& rectifier = p_.plant.distribution.rectifier;
    double const racks_w = path.racks_per_run * g.rated_rack_w;
    path.rectifier_w = rectifier.units * rectifier.rated_power_w;
    path.row_cap_w = std::min(path.row_cap_w, path.rectifier_w / path.racks_per_run);
    path.collapse_margin = solve_dc(dc_run(p_.plant.distribution.busway, static_cast<int>(path.racks_per_run), g.rated_rack_w), rectifier).collapse_margin;
    if (path.rectifier_w < racks_w)
      warn("AF2129", fmt::format("rectifiers of a run of group `{}` carry {:.2f} MW, its racks {:.2f} MW", g.id, path.rectifier_w / 1e6, racks_w / 1e6), "power.distribution.rectifier",
           "more or larger units a run, or fewer racks a run; racks are capped");
    if (path.collapse_margin < kLeastCollapseMargin)
      warn("AF2128", fmt::format("constant-power racks of group `{}` collapse their DC run at {:.2f} of their rated load", g.id, path.collapse_margin), "power.distribution.busway",
           "shorter runs, more copper or a higher voltage");
  }

  void make_classes() {
    auto const& plant = p_.plant;
    int const count = plant.blocks.count, out = static_cast<int>(out_.blocks.size());
    double const units = plant.ups.units > 0 ? plant.ups.units : std::ceil(plant.blocks.it_capacity_w / plant.ups.rated_power_w - 1e-9);
    double const transformers = plant.transformers_per_block > 0 ? plant.transformers_per_block
                                                                 : std::ceil(units * plant.ups.rated_power_w / plant.ups.input_power_factor / plant.transformer.rating_va - 1e-9);
    std::map<int, int> blocks_by_missing;  // missing UPS modules -> blocks in service
    std::vector<int> lost;
    for (int b = 0; b < count; ++b) {
      int missing = out_.blocks.contains(b) ? static_cast<int>(units) : 0;
      for (int m : out_.ups) missing += m / static_cast<int>(units) == b ? 1 : 0;
      if (missing < static_cast<int>(units)) ++blocks_by_missing[missing];
      else lost.push_back(b);
    }
    int in_service = 0;
    double capacity = 0;
    for (auto const& [missing, n] : blocks_by_missing) {
      in_service += n;
      capacity += n * std::min(plant.blocks.it_capacity_w, (units - missing) * plant.ups.rated_power_w);
    }
    int const boards = std::min(p_.utility.feeds.count, 2);
    if (in_service == 0 || static_cast<int>(out_.boards.size()) >= boards) {
      error("AF2101", fmt::format("every {} is out of service: the racks are an island without a source", in_service == 0 ? "block" : "section of the main board"),
            in_service == 0 ? "power.blocks" : "power.board", "leave at least one in service");
      return;
    }
    int const idle = std::max(0, std::min(idle_units(blocks_, count) - out, in_service - 1));
    BlocksLeft const left = blocks_left(blocks_, count, lost);
    usable_blocks_ = left.usable;
    site_.usable_it_w = std::min(usable_blocks_ * plant.blocks.it_capacity_w, capacity);
    site_.fed_frac = left.fed_frac;
    if (!(site_.usable_it_w > 0))
      error("AF2101", fmt::format("{} blocks at redundancy {} may carry no load", count, plant.blocks.redundancy), "power.blocks", "more blocks, or a weaker redundancy word");
    int idle_left = idle;
    for (auto const& [missing, n] : blocks_by_missing) {
      int const idle_here = std::min(idle_left, n);  // whole blocks idle first
      idle_left -= idle_here;
      double const share = 1.0 / (in_service - idle);
      if (n > idle_here) site_.classes.push_back({static_cast<double>(n - idle_here), share, units - missing, transformers, 0, 0});
      if (idle_here > 0) site_.classes.push_back({static_cast<double>(idle_here), 0.0, units - missing, transformers, 0, 0});
    }
    if (site_.classes.size() > kMaxClasses) error("AF2112", "too many different states of blocks at once", "power.out_of_service", "fewer outages");
  }

  void make_network() {
    auto const& plant = p_.plant;
    auto& net = site_.network;
    net.add(-1, 0, 0);
    int const mains = plant.main_transformer.count - static_cast<int>(out_.main_transformers.size());
    bool const has_generators = std::any_of(p_.onsite.begin(), p_.onsite.end(), [](auto const& s) { return std::holds_alternative<GeneratorParams>(s) || std::holds_alternative<GasParams>(s); });
    site_.utility_available = static_cast<int>(out_.feeds.size()) < p_.utility.feeds.count && (plant.main_transformer.count == 0 || mains > 0);
    if (plant.main_transformer.count > 0) {
      if (mains < 1 && !has_generators)
        error("AF2101", "every main transformer is out of service: the site is an island without a source", "power.main_transformer", "leave one in service");
      // n transformers in parallel are one of n times the rating.
      TransformerParams all = plant.main_transformer.unit;
      double const n = std::max(mains, 1);
      all.rating_va *= n, all.no_load_loss_w *= n, all.load_loss_w *= n;
      auto const pi = per_unit(all, site_.base_va);
      site_.mv_node = site_.main_branch = net.add(0, pi.r, pi.x, pi.g, pi.b);
    }
    double const z_base = plant.cable.voltage_v * plant.cable.voltage_v / site_.base_va;
    double const length = plant.cable.length_m;
    for (auto& c : site_.classes) {
      c.pad_node = net.add(site_.mv_node, plant.cable.resistance_ohm_per_m * length / z_base, plant.cable.reactance_ohm_per_m * length / z_base, 0,
                           plant.cable.charging_var_per_m * length / site_.base_va, c.blocks);
      auto const pi = per_unit(plant.transformer, site_.base_va);
      c.low_voltage_node = net.add(c.pad_node, pi.r, pi.x, pi.g, pi.b, c.transformer_units);
    }
    site_.mechanical_rated_w = plant.mechanical.rated_power_w > 0 ? plant.mechanical.rated_power_w : 0.35 * usable_units(blocks_, plant.blocks.count) * plant.blocks.it_capacity_w;
    auto const pi = per_unit(plant.mechanical.transformer, site_.base_va);
    double const supplies = std::max(1.0, std::ceil(site_.mechanical_rated_w / plant.mechanical.power_factor / plant.mechanical.transformer.rating_va - 1e-9));
    site_.mechanical_units = std::max(1.0, supplies - static_cast<double>(out_.mechanical.size()));
    site_.mechanical_node = net.add(site_.mv_node, pi.r, pi.x, pi.g, pi.b, site_.mechanical_units);
    net.finish();
    site_.ups_curve = plant.ups.mode == UpsMode::double_conversion ? plant.ups.curve() : plant.ups.mode == UpsMode::eco ? plant.ups.eco_curve() : LossCurve{};
    double const pf = plant.ups.input_power_factor;
    site_.ups_input_tan_phi = plant.ups.mode == UpsMode::double_conversion ? std::sqrt(1 / (pf * pf) - 1) : -1;
  }

  void make_onsite() {
    std::set<std::string> ids;
    double weighted_charge = 0, weighted_discharge = 0;
    BatteryParams all;
    all.soc_min_frac = all.soc_max_frac = all.soc_start_frac = all.reserve_frac = all.cycle_fade_frac = all.calendar_fade_per_s = 0;
    for (auto const& source : p_.onsite) {
      std::string const id = std::visit([](auto const& s) { return s.id; }, source);
      if (!ids.insert(id).second) error("AF2107", fmt::format("two on-site sources have the id `{}`", id), "site.onsite", "ids are unique");
      auto const hit = out_.onsite.find(id);
      int const out = hit == out_.onsite.end() ? 0 : static_cast<int>(hit->second.size());
      if (auto const* g = std::get_if<GeneratorParams>(&source)) {
        site_.generator_w += usable_units(word(g->redundancy, "site.onsite"), g->units, out) * g->power_w;
        site_.generators_curtail = site_.generators_curtail || g->serves_curtailment;
      }
      site_.has_generation = site_.has_generation || std::holds_alternative<GasParams>(source) || std::holds_alternative<SolarParams>(source);
      if (auto const* g = std::get_if<GasParams>(&source)) site_.gas_w.push_back(usable_units(word(g->redundancy, "site.onsite"), g->units, out) * g->power_w);
      if (auto const* b = std::get_if<BatteryParams>(&source); b && out == 0) {
        if (!(b->power_w > 0 && b->energy_j > 0)) {
          error("AF2103", fmt::format("battery `{}` has no power or no energy", id), fmt::format("site.onsite.{}", id), "give both ratings");
          continue;
        }
        all.power_w += b->power_w, all.energy_j += b->energy_j;
        weighted_charge += b->power_w * b->charge_efficiency_frac, weighted_discharge += b->power_w * b->discharge_efficiency_frac;
        double const e = b->energy_j;
        all.soc_min_frac += e * b->soc_min_frac, all.soc_max_frac += e * b->soc_max_frac, all.soc_start_frac += e * b->soc_start_frac;
        all.reserve_frac += e * b->reserve_frac, all.cycle_fade_frac += e * b->cycle_fade_frac, all.calendar_fade_per_s += e * b->calendar_fade_per_s;
        if (b->peak_target_w > 0) all.peak_target_w = all.peak_target_w > 0 ? std::min(all.peak_target_w, b->peak_target_w) : b->peak_target_w;
        all.role.insert(all.role.end(), b->role.begin(), b->role.end());
      }
    }
    double solar_w = 0, solar_left_w = 0;
    for (auto const& source : p_.onsite)
      if (auto const* s = std::get_if<SolarParams>(&source)) solar_w += s->power_w, solar_left_w += out_.onsite.contains(s->id) ? 0.0 : s->power_w;
    site_.solar_frac = solar_w > 0 ? solar_left_w / solar_w : 1.0;
    if (all.power_w > 0) {
      double const e = all.energy_j;
      all.charge_efficiency_frac = weighted_charge / all.power_w, all.discharge_efficiency_frac = weighted_discharge / all.power_w;
      all.soc_min_frac /= e, all.soc_max_frac /= e, all.soc_start_frac /= e, all.reserve_frac /= e, all.cycle_fade_frac /= e, all.calendar_fade_per_s /= e;
    }
    site_.battery = all;
  }

  void make_elements() {
    auto const& plant = p_.plant;
    int const feeds = p_.utility.feeds.count, feeds_out = static_cast<int>(out_.feeds.size());
    // The contract limit is firm: it is reduced only by losing more feeds than the redundancy word spares.
    double const feed_frac = std::min(1.0, static_cast<double>(feeds - feeds_out) / std::max(usable_units(feeds_, feeds), 1.0));
    // Without utility the limits of import and main transformers rest: the generators feed the board behind them.
    double const capacity = site_.utility_available ? p_.utility.capacity_w * std::max(feed_frac, 0.0) : p_.utility.capacity_w;
    int const mains_out = site_.utility_available ? static_cast<int>(out_.main_transformers.size()) : 0;
    double const mains = usable_units(mains_, plant.main_transformer.count, mains_out) * plant.main_transformer.unit.rating_va;
    double units = 0, transformers = 0, in_service = 0;
    for (auto const& c : site_.classes) {
      units += c.blocks * c.ups_units;
      transformers += c.blocks * c.transformer_units;
      in_service += c.blocks;
    }
    double const spare = usable_blocks_ / in_service;  // load per block in normal state is at most this share of its rating
    double const inf = std::numeric_limits<double>::infinity();
    double const infinite_pf = p_.utility.power_factor_min > 0 ? capacity / p_.utility.power_factor_min : inf;
    site_.elements = {{"site.utility", "W", capacity},
                      {"site.utility.power_factor_min", "VA", infinite_pf},
                      {"power.main_transformer", "VA", plant.main_transformer.count > 0 ? mains : inf},
                      {"power.cable", "VA", std::sqrt(3.0) * plant.cable.voltage_v * plant.cable.rating_a * in_service * spare},
                      {"power.transformer", "VA", transformers * plant.transformer.rating_va * spare},
                      {"power.ups", "W", units * plant.ups.rated_power_w * spare},
                      {"power.blocks", "W", site_.usable_it_w},
                      {"power.mechanical.transformer", "VA", site_.mechanical_units * plant.mechanical.transformer.rating_va},
                      {"site.onsite.battery", "W", site_.battery.power_w > 0 ? site_.battery.power_w : inf}};
    for (auto const& g : groups_) site_.elements.push_back({fmt::format("power.distribution.busway.{}", g.id), "W", 0.0});
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      auto const& path = site_.groups[g];
      site_.elements[kFirstRow + g].limit = path.row_cap_w;
    }
  }

  // What a planner wants to hear before the run.
  void check_design() {
    auto const& plant = p_.plant;
    double rated = 0;
    for (auto const& g : groups_) rated += g.racks * g.rated_rack_w;
    double const usable = site_.usable_it_w;
    if (rated > usable * plant.oversubscription.limit * (1 + 1e-9))
      warn("AF2121", fmt::format("rated rack power {:.2f} MW is {:.3f} of the {:.2f} MW that {} blocks carry at {}: above the oversubscription limit {:.3f}", rated / 1e6, rated / usable,
                                 usable / 1e6, plant.blocks.count, plant.blocks.redundancy, plant.oversubscription.limit),
           "power.blocks", "more blocks, fewer racks, or a higher power.oversubscription.limit; caps hold the drawn power within the rating");
    double const survivor_load = rated / std::max(usable_blocks_, 1e-9);
    if (rated <= usable * plant.oversubscription.limit && survivor_load > plant.blocks.it_capacity_w * (1 + 1e-9))
      warn("AF2122", fmt::format("after the failure that {} covers, each surviving block would carry {:.2f} MW of {:.2f} MW", plant.blocks.redundancy, survivor_load / 1e6,
                                 plant.blocks.it_capacity_w / 1e6),
           "power.blocks", "racks are capped in that state");
    if (rated > p_.utility.capacity_w)
      warn("AF2123", fmt::format("rated rack power {:.2f} MW is above the import limit {:.2f} MW", rated / 1e6, p_.utility.capacity_w / 1e6), "site.utility.capacity",
           "a larger connection; caps hold the import within the limit");
    if (site_.elements[kUps].limit < usable * (1 - 1e-9))
      warn("AF2124", fmt::format("UPS modules carry {:.2f} MW, blocks {:.2f} MW", site_.elements[kUps].limit / 1e6, usable / 1e6), "power.ups.units", "more modules a block");
    if (site_.elements[kUnitTransformer].limit < usable)
      warn("AF2125", fmt::format("unit transformers carry {:.2f} MVA, blocks {:.2f} MW", site_.elements[kUnitTransformer].limit / 1e6, usable / 1e6), "power.transformers_per_block",
           "more or larger transformers a block");
    if (site_.elements[kCable].limit < usable)
      warn("AF2126", fmt::format("medium-voltage circuits carry {:.2f} MVA, blocks {:.2f} MW", site_.elements[kCable].limit / 1e6, usable / 1e6), "power.cable.rating", "larger cable or more blocks");
    if (!p_.onsite.empty() && site_.generator_w > 0 && site_.generator_w < usable && site_.gas_w.empty())
      warn("AF2127", fmt::format("generators carry {:.2f} MW of {:.2f} MW IT in an outage", site_.generator_w / 1e6, usable / 1e6), "site.onsite", "more units, or say which racks are shed");
  }

  PowerParams const& p_;
  std::span<RackGroupLoad const> groups_;
  SitePower site_;
  DiagnosticList problems_;
  OutOfService out_;
  Redundancy blocks_, mains_, feeds_;
  double usable_blocks_ = 0;
};

}  // namespace

SitePower build_site_power(PowerParams const& params, std::span<RackGroupLoad const> groups) { return Builder(params, groups).build(); }

std::string const& element_name(SitePower const& site, int index) {
  static std::string const none = "none";
  return index < 0 || index >= static_cast<int>(site.elements.size()) ? none : site.elements[static_cast<std::size_t>(index)].name;
}

SitePowerState initial_state(SitePower const& site) { return {initial_state(site.battery), site.battery.peak_target_w, -1.0, -1.0, -1}; }

}  // namespace aif::power
