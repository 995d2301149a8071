#pragma once
// A small scenario of every field shape, and files in a folder that is removed afterwards.

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/scenario/load.hpp"

namespace toy {

using namespace aif;

enum class Mode { eco, online };
constexpr auto enum_names(Mode) { return std::array<std::string_view, 2>{"eco", "online"}; }

struct Rack {
  std::string id, title, device;
  int devices = 1;
  double power_w = 1e3;
  static constexpr auto fields() {
    return FieldList{field("id", &Rack::id, "Name."), field("title", &Rack::title, "One line."), field("device", &Rack::device, "Profile of the device."),
                      field("devices", &Rack::devices, Kind::number, 0, 1000, "Devices in the rack.").required(),
                      field("power", &Rack::power_w, Kind::power, 0, 1e6, "Design power.").required()};
  }
};
struct Pod {
  std::string id;
  Rack rack;
  int count = 0;
  static constexpr auto fields() {
    return FieldList{field("id", &Pod::id, "Name.").required(), field("rack", &Pod::rack, "The rack."), field("count", &Pod::count, Kind::number, 0, 1e6, "Racks.").required()};
  }
};
struct Hall {
  std::string id;
  std::vector<Pod> pods;
  static constexpr auto fields() { return FieldList{field("id", &Hall::id, "Name.").required(), field("pods", &Hall::pods, "Pods.")}; }
};
struct Loop {
  double supply_c = 30, flow_m3_s = 0.1;
  Mode mode = Mode::eco;
  bool open = false;
  static constexpr auto fields() {
    return FieldList{field("supply", &Loop::supply_c, Kind::temperature, 5, 60, "Supply temperature."), field("flow", &Loop::flow_m3_s, Kind::volume_flow, 0, 10, "Flow."),
                      field("mode", &Loop::mode, "How it runs."), field("open", &Loop::open, "Open loop.")};
  }
};
struct Cooling {
  Loop liquid, air;
  static constexpr auto fields() { return FieldList{field("liquid", &Cooling::liquid, "Liquid loop."), field("air", &Cooling::air, "Air loop.")}; }
};
struct Site {
  std::string name;
  double capacity_w = 1e6;
  Cooling cooling;
  std::vector<Hall> halls;
  std::vector<std::string> tags;
  std::map<std::string, double> capex_usd;
  static constexpr auto fields() {
    return FieldList{field("name", &Site::name, "Name.").required(), field("capacity", &Site::capacity_w, Kind::power, 0, 1e10, "Import limit.").required(),
                      field("cooling", &Site::cooling, "Cooling."), field("halls", &Site::halls, "Halls."), field("tags", &Site::tags, "Words."),
                      field("capex", &Site::capex_usd, Kind::money, 0, 1e12, "Price by part.")};
  }
};

// Files of a test.
class Folder {
 public:
  Folder() {
    static int n = 0;
    dir_ = std::filesystem::temp_directory_path() / ("aif_scenario_" + std::to_string(::getpid()) + "_" + std::to_string(n++));
    std::filesystem::create_directories(dir_);
  }
  ~Folder() { std::filesystem::remove_all(dir_); }
  Folder(Folder const&) = delete;
  std::string write(std::string const& name, std::string const& text) const {
    std::filesystem::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << text;
    return (dir_ / name).string();
  }
  std::string path() const { return dir_.string(); }

 private:
  std::filesystem::path dir_;
};

inline std::string const kRackEntry = R"(schema: aifactory/library/v1
kind: rack
id: big
title: A big rack
sources:
  sheet: { text: "vendor sheet", date: "2024", evidence: published }
  guess: { text: "assumption", date: "2026-11", evidence: assumption }
values:
  title: [Big, sheet]
  devices: [72, sheet]
  power: [132 kW, guess, 120 kW, 140 kW]
)";

inline std::string const kSite = R"(schema: aifactory/scenario/v1
name: toy
capacity: 36 MW
cooling:
  liquid: { supply: 40 degC, mode: online }
halls:
  - id: hall-a
    pods:
      - { id: nvl-a, rack: "lib:racks/big", count: 12 }
      - id: small
        rack: { base: "lib:racks/big", set: { devices: 8, power: 20 kW } }
        count: 4
  - id: hall-b
    pods: [ { id: nvl-b, rack: "lib:racks/big", count: 6 } ]
tags: [a, b]
capex: { shell: 11 MUSD, racks.big: 3.9 MUSD }
)";

// Loads `text` with a library that knows racks/big.
inline aif::sim::Loaded<Site> load(std::string const& text, aif::sim::LoadOptions options = {}) {
  Folder const folder;
  folder.write("library/racks/big.yaml", kRackEntry);
  options.library_dirs.push_back(folder.path() + "/library");
  return aif::sim::load_text_as<Site>(text, "toy.yaml", options);
}

// "AF1004 cooling 5:3" of every problem.
inline std::vector<std::string> problems_of(std::string const& text, aif::sim::LoadOptions options = {}) {
  std::vector<std::string> out;
  try {
    load(text, std::move(options));
  } catch (InputError const& e) {
    for (auto const& d : e.diagnostics().items()) out.push_back(d.code + " " + d.path + " " + std::to_string(d.pos.line) + ":" + std::to_string(d.pos.column));
  }
  return out;
}

}  // namespace toy
