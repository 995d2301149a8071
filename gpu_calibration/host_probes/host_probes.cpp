// The host backend: the grid of shapes, timing, and what the machine says of itself.
#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <utility>

#include "core/random.hpp"
#include "gpu_calibration/host_probes/kernels.hpp"
#include "gpu_calibration/probes.hpp"
#include "gpu_calibration/timing.hpp"

namespace aif::calibration {
namespace {

// One thread is timed by its own processor time, which other programs hardly touch; several threads by the wall.
double now_s() {
  if (omp_get_max_threads() == 1) {
    std::timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Last-level cache of the first core; sysconf counts the whole package on some virtual machines.
double cache_byte() {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index3/size");  // "32768K"
  double kib = 0;
  return file >> kib && kib > 0 ? 1024.0 * kib : 32e6;
}

// Random data: zeros and constants multiply faster on some machines.
std::vector<float> random_data(std::size_t n) {
  RandomStream const random(11, Stream::probes);
  std::vector<float> data(n);
  for (std::size_t i = 0; i < n; ++i) data[i] = i < 65536 ? static_cast<float>(random.uniform(i, 0) - 0.5) : data[i - 65536];
  return data;
}

class HostSuite {
 public:
  HostSuite(ProbeOptions const& options, RunControl const& control) : options_(options), control_(control), data_(random_data(kPool)), out_(kPool / 2) {}

  ProbeReport run() {
    describe();
    plan();
    keep_few();
    std::size_t done = 0;
    for (auto& [result, call] : points_) {
      control_.check();
      control_.report("calibrate", static_cast<double>(done++) / static_cast<double>(points_.size()), result.kernel);
      measure(result, call);
    }
    set_peaks();
    return std::move(report_);
  }

 private:
  static constexpr std::size_t kPool = std::size_t{1} << 26;  // floats: 256 MiB
  static constexpr std::size_t kDim = 64;

  // `work`: bytes or operations of one call, whichever is more. Points that would eat the budget alone are left out.
  template <class Shape>
  void add(Shape const& shape, std::string kernel, double work, std::function<void()> call) {
    if (work > 1e8 * options_.budget_s) return;
    ProbeResult r;
    r.op = Shape::op;
    r.precision = r.state_precision = Precision::fp32;
    r.kernel = std::move(kernel);
    r.shape = shape;
    points_.emplace_back(std::move(r), std::move(call));
  }

  void measure(ProbeResult& result, std::function<void()> const& call) {
    TimingOptions timing;
    timing.quantile = 0.1;
    timing.interval_frac = options_.interval_frac;
    timing.cap_s = options_.budget_s / static_cast<double>(points_.size());
    auto const t = repeat_timing(
        [&](int count) {
          double const start = now_s();
          for (int i = 0; i < count; ++i) call();
          return now_s() - start;
        },
        timing);
    result.time_s = t.time_s, result.low_s = t.low_s, result.high_s = t.high_s, result.repeats = t.repeats;
    report_.results.push_back(result);
  }

  // No data sheet for a host: the best product and the best copy far above the cache are its rates, by the clock of the probes.
  void set_peaks() {
    Datasheet& d = report_.sheet;
    double& peak = d.peak_flop_s[static_cast<std::size_t>(Precision::fp32)];
    for (auto const& r : report_.results) {
      if (auto const* g = std::get_if<GemmShape>(&r.shape)) peak = std::max(peak, 2.0 * g->m * g->n * g->k / r.time_s);
      if (auto const* s = std::get_if<StreamShape>(&r.shape); s && s->byte > 2.0 * d.l2_byte) d.hbm_byte_s = std::max(d.hbm_byte_s, s->byte / r.time_s);
    }
    if (!(d.hbm_byte_s > 0)) d.hbm_byte_s = 10e9;  // assumption: a budget too short for any large copy
    // Sixteen-bit numbers are widened and multiplied in 32 bits: the rate of the vector units.
    for (Precision p : {Precision::bf16, Precision::fp16}) d.peak_flop_s[static_cast<std::size_t>(p)] = peak;
  }

  void plan() {
    float const* a = data_.data();
    float* c = out_.data();
    for (std::size_t m : {1, 4, 16, 48, 64, 96, 128, 192, 256, 384, 512, 768})
      for (auto const& [n, k] : {std::pair<std::size_t, std::size_t>{256, 256}, {512, 1024}, {1024, 512}, {1024, 1024}, {2048, 1024}})
        add(GemmShape{static_cast<double>(m), static_cast<double>(n), static_cast<double>(k)}, "host/gemm", 2.0 * static_cast<double>(m * n * k), [=] { host::gemm(a, a + (kPool / 2), c, m, n, k); });
    for (std::size_t n = 4096; n <= kPool / 4; n = n % 3 == 0 ? n / 3 * 4 : n / 2 * 3) {  // 2, 3, 4, 6, 8, ...
      add(StreamShape{8.0 * static_cast<double>(n)}, "host/copy", 8.0 * static_cast<double>(n), [=] { host::copy(a, c, n); });
      add(StreamShape{12.0 * static_cast<double>(n)}, "host/triad", 12.0 * static_cast<double>(n), [=] { host::triad(a, a + n, c, n); });
    }
    for (std::size_t heads : {1, 2, 4, 8, 16, 64})
      for (std::size_t context : {128, 512, 1024, 2048, 4096}) {
        if (heads * context * kDim > kPool / 8) continue;
        auto const h = static_cast<double>(heads), s = static_cast<double>(context);
        add(DecodeShape{1, s, h, h, kDim}, "host/attention", 16.0 * h * s * kDim, [=] { host::attention_decode(a, a + kPool / 4, a + kPool / 2, c, heads, context, kDim); });
        if (heads <= 16 && context <= 1024)
          add(PrefillShape{1, s, h, h, kDim}, "host/attention", 8.0 * h * s * s * kDim, [=] { host::attention_prefill(a, a + kPool / 4, a + kPool / 2, c, heads, context, kDim); });
      }
    for (int i = 0; i < 4; ++i) add_launch();
    RandomStream const shuffle(5, Stream::probes);  // a machine that warms up or is disturbed for a while hits no one surface alone
    for (std::size_t i = points_.size(); i-- > 1;) std::swap(points_[i], points_[static_cast<std::size_t>(shuffle.uniform(i, 1) * static_cast<double>(i + 1))]);
  }

  // The first of each kernel in the shuffled order.
  void keep_few() {
    if (options_.most_points <= 0) return;
    std::map<std::string, int> seen;
    std::erase_if(points_, [&](auto const& point) { return ++seen[point.first.kernel] > options_.most_points; });
  }

  void add_launch() {
    add(StreamShape{0}, "host/launch", 0.0, [] { host::empty_parallel_region(); });
    points_.back().first.op = OpClass::launch;
  }

  void describe() {
    auto& e = report_.environment;
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line) && e.device.empty();)
      if (line.starts_with("model name")) e.device = line.substr(line.find(':') + 2);
    if (e.device.empty()) e.device = "host CPU";
    e.driver = "OpenMP";
    std::time_t const now = std::time(nullptr);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
    e.date = text;
    int const threads = omp_get_max_threads();
    report_.conditions = {fmt::format("threads {}", threads), fmt::format("load average {:.1f} before", load_average())};
    auto& d = report_.sheet;
    d.sm_count = threads;
    d.hbm_byte = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    d.l2_byte = cache_byte();
    d.clock_max_hz = 3e9;         // assumption: the fitted exponential and walk terms absorb it
    d.exp_per_sm_clock = 0.05;    // assumption: about 20 clocks each without a vector unit for them
    d.die = "host";
  }

  static double load_average() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : 0;
  }

  ProbeOptions options_;
  RunControl const& control_;
  std::vector<float> data_, out_;
  std::vector<std::pair<ProbeResult, std::function<void()>>> points_;
  ProbeReport report_;
};

}  // namespace

ProbeReport run_host_probes(ProbeOptions const& options, RunControl const& control) {
  if (options.threads > 0) omp_set_num_threads(options.threads);
  return HostSuite(options, control).run();
}

}  // namespace aif::calibration
