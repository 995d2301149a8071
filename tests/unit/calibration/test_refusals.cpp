// Tables and fits of kernels that cannot be: each is refused with its code and line.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "gpu_calibration/fit_surface.hpp"
#include "gpu_calibration/kernel_tables.hpp"
#include "gpu_calibration/library_profiles.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::calibration;
using aif::test::code_of;

TEST_CASE("a surface needs more samples than it has numbers") {
  Surface identity;
  identity.op = OpClass::gemm, identity.form = GemmShape::form;
  CHECK(code_of([&] { fit_surface(identity, Datasheet{}, {}); }) == "AF4701");
}

TEST_CASE("kernel tables: formats that nobody knows, times that are none") {
  auto const path = (std::filesystem::temp_directory_path() / "aif_gemm.csv").string();
  auto of = [&](std::string const& precision, std::string const& latency) {
    std::ofstream(path) << "system,framework,metric_name,use,dtype,m,n,k,latency_us\nh100_sxm,vllm,gemm,fit," << precision << ",128,128,128," << latency << "\n";
    try {
      load_kernel_rows(path, "gemm", {});
    } catch (InputError const& e) {
      auto const& d = e.diagnostics().items().front();
      CHECK(d.pos.line == 2);
      return d.code;
    }
    return std::string();
  };
  CHECK(of("bfloat16", "10") == "");
  CHECK(of("float3", "10") == "AF4702");
  CHECK(of("bfloat16", "0") == "AF4703");
  std::filesystem::remove(path);
}

TEST_CASE("a device that borrows from one without measured surfaces") {
  GpuEntry device;
  device.id = "new", device.sheet.sibling = "nobody", device.profile.id = "new";
  CHECK(code_of([&] { build_profiles({device}, {}); }) == "AF4705");
}
