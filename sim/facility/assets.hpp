#pragma once
// What the facilities of one study share: files that are read once, layouts and operating maps that are worked out once. The answers are
// those of the readers themselves. Safe from several threads: who asks for the same thing a second time waits for the first.

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "contracts/hardware_profile.hpp"
#include "contracts/phase.hpp"
#include "models/compute/architecture.hpp"
#include "models/compute/operator_cost.hpp"
#include "models/compute/serving_parameters.hpp"
#include "sim/io/hourly_series.hpp"
#include "sim/io/weather.hpp"
#include "sim/scenario/library.hpp"
#include "workloads/serving/requests.hpp"
#include "workloads/serving/workload.hpp"

namespace aif::sim {

// Values by key, each made once. A failure is told to all who wait and is tried anew by who asks later.
template <class T>
class Memo {
 public:
  std::shared_ptr<T const> get(std::string const& key, std::function<T()> const& make) {
    std::promise<std::shared_ptr<T const>> promise;
    std::shared_future<std::shared_ptr<T const>> result;
    {
      std::lock_guard const lock(mutex_);
      if (auto const it = values_.find(key); it != values_.end()) result = it->second;
      else values_.emplace(key, promise.get_future().share());
    }
    if (result.valid()) return result.get();
    try {
      auto value = std::make_shared<T const>(make());
      promise.set_value(value);
      return value;
    } catch (...) {
      promise.set_exception(std::current_exception());
      std::lock_guard const lock(mutex_);
      values_.erase(key);
      throw;
    }
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_future<std::shared_ptr<T const>>> values_;
};

// A serving replica on a kind of rack: its layout in words, its map, and what the facility needs of its design.
struct PlacedReplica {
  std::shared_ptr<OperatingMap const> map;
  int devices = 1;
  double kv_byte_per_token = 0;
  std::string text;
};

// Rows that a fit has seen: `what` (rate, watts) of a model on a device.
struct SeenRow {
  std::string what, device, model;
};
using SeenTable = std::vector<SeenRow>;

struct Assets {
  explicit Assets(Library const& from) : library(from) {}

  std::shared_ptr<WeatherSeries const> weather(std::string const& path);
  std::shared_ptr<HourlySeries const> hourly(std::string const& path, Kind kind, double utc_offset_h);
  // Profile with its watts as measured under serving load instead of those of the data sheet.
  std::shared_ptr<HardwareProfile const> serving_profile(std::string const& path);
  std::shared_ptr<compute::ServingFit const> serving_fit();
  std::shared_ptr<compute::OperatorEfficiency const> operator_fit();
  std::shared_ptr<compute::ModelArchitecture const> model(std::string const& reference);
  std::shared_ptr<workloads::DemandProfile const> demand(std::string const& reference);
  std::shared_ptr<SeenTable const> seen(std::string const& reference);
  std::shared_ptr<workloads::RequestTable const> trace(std::string const& path);

  Library const& library;
  Memo<PlacedReplica> replicas;
  Memo<double> reference_joules;  // of a reference token, by profile

 private:
  Memo<WeatherSeries> weather_;
  Memo<HourlySeries> hourly_;
  Memo<HardwareProfile> profiles_;
  Memo<compute::ServingFit> fits_;
  Memo<compute::OperatorEfficiency> operator_fits_;
  Memo<compute::ModelArchitecture> models_;
  Memo<workloads::DemandProfile> demands_;
  Memo<SeenTable> seen_;
  Memo<workloads::RequestTable> traces_;
};

}  // namespace aif::sim
