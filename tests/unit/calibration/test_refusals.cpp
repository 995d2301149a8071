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

TEST_CASE("kernel tables: formats that nobody knows, times that are none; the rows beside them stand") {
  auto const path = (std::filesystem::temp_directory_path() / "aif_gemm.csv").string();
  auto of = [&](std::string const& precision, std::string const& latency) {
    std::ofstream(path) << "system,framework,metric_name,use,dtype,m,n,k,latency_us\nh100_sxm,vllm,gemm,fit," << precision << ",128,128,128," << latency << "\nh100_sxm,vllm,gemm,fit,bfloat16,64,64,64,5\n";
    auto const rows = load_kernel_rows(path, "gemm", {});
    REQUIRE(rows.size() == 2);
    CHECK(rows[1].refusal.empty());
    CHECK(group_rows(rows).at(0).rows.size() == (rows[0].refusal.empty() ? 2 : 1));
    return rows[0].refusal.substr(0, 6);
  };
  CHECK(of("bfloat16", "10") == "");
  CHECK(of("float3", "10") == "AF4702");
  CHECK(of("bfloat16", "0") == "AF4703");
  CHECK(of("bfloat16", "") == "AF4703");
  CHECK(of("bfloat16", "fast") == "AF4004");
  std::filesystem::remove(path);
}

TEST_CASE("a device that borrows from one without measured surfaces") {
  GpuEntry device;
  device.id = "new", device.sheet.sibling = "nobody", device.profile.id = "new";
  CHECK(code_of([&] { build_profiles({device}, {}); }) == "AF4705");
}
