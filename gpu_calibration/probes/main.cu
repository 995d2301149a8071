// aifactory-probe: measures one GPU and prints a probe report (schema aifactory/probe/v1). It needs a driver; cuBLASLt and NVML
// are used when they are found. `aifactory calibrate --from probe.json` makes a profile of the report, anywhere.
//   aifactory-probe [--device N] [--output FILE] [--budget SECONDS] [--few] [--allow-clock-control]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sstream>

#include "gpu_calibration/probes/device.cuh"

namespace {

using namespace aif::calibration::cuda;

std::string quoted(std::string const& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

struct Json {
  std::ostringstream out;
  Json() { out.precision(9); }
};

void write_shape(Json& j, Shape const& shape) {
  j.out << "{\"form\":" << quoted(shape.form);
  if (shape.form == "collective") j.out << ",\"kind\":" << quoted(shape.kind);
  for (auto const& [key, value] : shape.values) j.out << ',' << quoted(key) << ':' << value;
  j.out << '}';
}

void write_sheet(Json& j, Suite const& suite) {
  auto const& p = suite.properties;
  int clock_khz = 0, memory_khz = 0;
  cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, suite.device);
  cudaDeviceGetAttribute(&memory_khz, cudaDevAttrMemoryClockRate, suite.device);
  double const bus_byte_s = 2.0 * 1e3 * memory_khz * p.memoryBusWidth / 8;  // two transfers a clock
  j.out << "\"sheet\":{\"die\":\"sm_" << p.major << p.minor << "\",\"peak_flop_s\":{";
  // The best rate seen: where the library profile knows the vendor's peak, that one stands.
  bool first = true;
  for (char const* precision : {"bf16", "fp16", "tf32", "fp8", "fp4"}) {
    double best = 0;
    for (auto const& r : suite.results)
      if (r.op == "gemm" && r.precision == precision) best = std::max(best, 2 * r.shape.values[0].second * r.shape.values[1].second * r.shape.values[2].second / r.timing.time_s);
    if (best <= 0) continue;
    j.out << (first ? "" : ",") << quoted(precision) << ':' << best;
    first = false;
  }
  j.out << "},\"hbm_byte_s\":" << std::max(bus_byte_s, 1e9) << ",\"hbm_byte\":" << static_cast<double>(p.totalGlobalMem) << ",\"l2_byte\":" << p.l2CacheSize
        << ",\"tdp_w\":" << power_limit_w(suite) << ",\"clock_max_hz\":" << std::max(1e3 * clock_khz, 1e8) << ",\"sm_count\":" << p.multiProcessorCount << ",\"exp_per_sm_clock\":16}";
}

std::string report_json(Suite const& suite) {
  Json j;
  std::time_t const now = std::time(nullptr);
  char date[16];
  std::strftime(date, sizeof date, "%Y-%m-%d", std::gmtime(&now));
  j.out << "{\"schema\":\"aifactory/probe/v1\",\n\"environment\":{\"device\":" << quoted(suite.properties.name) << ",\"driver\":" << quoted(driver_version(suite)) << ",\"date\":\"" << date
        << "\",\"power_cap_w\":" << power_limit_w(suite) << "},\n\"conditions\":[";
  for (std::size_t i = 0; i < suite.conditions.size(); ++i) j.out << (i ? "," : "") << quoted(suite.conditions[i]);
  j.out << "],\n";
  write_sheet(j, suite);
  j.out << ",\n\"failures\":[";
  for (std::size_t i = 0; i < suite.failures.size(); ++i) j.out << (i ? "," : "") << "{\"probe\":" << quoted(suite.failures[i].first) << ",\"why\":" << quoted(suite.failures[i].second) << '}';
  j.out << "],\n\"power\":[";
  for (std::size_t i = 0; i < suite.power.size(); ++i) {
    auto const& p = suite.power[i];
    j.out << (i ? ",\n" : "") << "{\"load\":" << quoted(p.load) << ",\"power_w\":" << p.power_w << ",\"temperature_c\":" << p.temperature_c << ",\"sm_clock_hz\":" << p.sm_clock_hz
          << ",\"active_frac\":" << p.active_frac << ",\"precision\":" << quoted(p.precision) << ",\"flop_s\":" << p.flop_s << ",\"byte_s\":" << p.byte_s << ",\"link_byte_s\":" << p.link_byte_s << '}';
  }
  j.out << "],\n\"results\":[";
  for (std::size_t i = 0; i < suite.results.size(); ++i) {
    auto const& r = suite.results[i];
    j.out << (i ? ",\n" : "\n") << "{\"op\":" << quoted(r.op) << ",\"precision\":" << quoted(r.precision) << ",\"state_precision\":" << quoted(r.state_precision) << ",\"kernel\":" << quoted(r.kernel) << ",\"shape\":";
    write_shape(j, r.shape);
    j.out << ",\"time_s\":" << r.timing.time_s << ",\"low_s\":" << r.timing.low_s << ",\"high_s\":" << r.timing.high_s << ",\"repeats\":" << r.timing.repeats << '}';
  }
  j.out << "]}\n";
  return j.out.str();
}

// Power last: the sustained loads leave the device hot. `few`: enough to say whether a profile still holds.
struct Probe {
  char const* name;
  void (*run)(Suite&);
  bool few, changes_device;
};
constexpr Probe kProbes[] = {{"launch", probe_launch, true, false},
                             {"graph_launch", probe_graph_launch, false, false},
                             {"stream", probe_stream, true, false},
                             {"l2", probe_l2, false, false},
                             {"elementwise", probe_elementwise, false, false},
                             {"sampling", probe_sampling, false, false},
                             {"attention_prefill", probe_attention_prefill, false, false},
                             {"attention_decode", probe_attention_decode, true, false},
                             {"gemm", probe_gemm, true, false},
                             {"grouped", probe_grouped, false, false},
                             {"triangle", probe_triangle, false, false},
                             {"conv", probe_conv, false, false},
                             {"host_copies", probe_host_copies, false, false},
                             {"peer_copies", probe_peer_copies, false, false},
                             {"collectives", probe_collectives, false, false},
                             {"power", probe_power, false, false},
                             {"warming", probe_warming, false, false},
                             {"clocks", probe_clocks, false, true}};

void run_all(Suite& suite, bool few, bool may_change) {
  record_environment(suite, "before");
  for (auto const& probe : kProbes) {
    if ((few && !probe.few) || (probe.changes_device && !may_change)) continue;
    std::fprintf(stderr, "%s\n", probe.name);
    try {
      probe.run(suite);
    } catch (Interrupted const&) {
      throw;
    } catch (std::exception const& e) {
      suite.failures.emplace_back(probe.name, e.what());
      cudaGetLastError();  // the error is reported; the next probe starts clean
    }
  }
  record_environment(suite, "after");
}

}  // namespace

int main(int argc, char** argv) {
  Suite suite;
  std::string output;
  double budget_s = 240;
  bool few = false, may_change = false;
  for (int i = 1; i < argc; ++i) {
    bool const has_value = i + 1 < argc;
    if (!std::strcmp(argv[i], "--few")) few = true;
    else if (!std::strcmp(argv[i], "--allow-clock-control")) may_change = true;
    else if (has_value && !std::strcmp(argv[i], "--device")) suite.device = std::atoi(argv[++i]);
    else if (has_value && !std::strcmp(argv[i], "--output")) output = argv[++i];
    else if (has_value && !std::strcmp(argv[i], "--budget")) budget_s = std::atof(argv[++i]);
    else return std::fprintf(stderr, "usage: aifactory-probe [--device N] [--output FILE] [--budget SECONDS] [--few] [--allow-clock-control]\n"), 2;
  }
  suite.point_cap_s = std::max(0.01, budget_s / 1000);  // about 1,000 points on a device with every format
  stop_on_signals();
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess || suite.device < 0 || suite.device >= count) {
    std::fprintf(stderr, "error[AF5020]: no CUDA device %d here (%d found); is a driver installed?\n", suite.device, count);
    return 5;
  }
  try {
    check(cudaSetDevice(suite.device), "cudaSetDevice");
    check(cudaGetDeviceProperties(&suite.properties, suite.device), "cudaGetDeviceProperties");
    check(cudaStreamCreate(&suite.stream), "cudaStreamCreate");
    run_all(suite, few, may_change);
    cudaStreamDestroy(suite.stream);
  } catch (Interrupted const&) {
    std::fprintf(stderr, "interrupted: nothing written\n");
    return 130;
  } catch (std::exception const& e) {
    std::fprintf(stderr, "error[AF5021]: %s\n", e.what());
    return 5;
  }
  std::string const text = report_json(suite);
  std::FILE* file = output.empty() ? stdout : std::fopen(output.c_str(), "w");
  bool const written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (!output.empty() && file && std::fclose(file) != 0) return 5;
  return written ? 0 : (std::fprintf(stderr, "error[AF5022]: cannot write %s\n", output.c_str()), 5);
}
