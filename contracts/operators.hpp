#pragma once
// What a model asks of a machine: calls of twelve operator classes (DESIGN 10; reference workloads section 8).

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

namespace aif {

enum class OpClass { gemm, grouped_gemm, attention_prefill, attention_decode, triangle, stream, conv, gather, launch, collective, host_copy, cpu };
inline constexpr std::size_t kOpClasses = 12;
constexpr auto enum_names(OpClass) {
  return std::array<std::string_view, kOpClasses>{"gemm", "grouped_gemm", "attention_prefill", "attention_decode", "triangle", "stream",
                                                  "conv", "gather", "launch", "collective", "host_copy", "cpu"};
}

// fp8_block has one scale a block of weights, w4a16 4-bit integer weights with 16-bit arithmetic, mxfp4/w4a16_mxfp4 likewise for mxfp4.
enum class Precision { fp64, fp32, tf32, bf16, fp16, fp8, fp8_block, int8, fp4, mxfp4, w4a16, w4a16_mxfp4 };
inline constexpr std::size_t kPrecisions = 12;
constexpr auto enum_names(Precision) {
  return std::array<std::string_view, kPrecisions>{"fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "fp8_block", "int8", "fp4", "mxfp4", "w4a16", "w4a16_mxfp4"};
}
template <class T>
using PerPrecision = std::array<T, kPrecisions>;

enum class CollectiveKind { all_reduce, reduce_scatter, all_gather, all_to_all, broadcast, point_to_point };
constexpr auto enum_names(CollectiveKind) {
  return std::array<std::string_view, 6>{"all_reduce", "reduce_scatter", "all_gather", "all_to_all", "broadcast", "point_to_point"};
}
// Where the ranks of a group sit: inside one scale-up domain, or over the scale-out fabric.
enum class CommDomain { scale_up, pcie, scale_out };
constexpr auto enum_names(CommDomain) { return std::array<std::string_view, 3>{"scale_up", "pcie", "scale_out"}; }

struct CollectiveKey {
  CollectiveKind kind = CollectiveKind::all_reduce;
  int group = 1;  // ranks
  CommDomain domain = CommDomain::scale_up;
  int per_domain = 0;  // ranks that share a scale-up domain; 0: as many as fit
  auto operator<=>(CollectiveKey const&) const = default;
};

// One operator, repeated `count` times back to back. Bytes are those of one call on one device.
struct OperatorCall {
  OpClass op = OpClass::gemm;
  Precision precision = Precision::bf16;
  std::int64_t m = 0, n = 0, k = 0;          // gemm: (m x k)(k x n)
  std::int64_t batch = 1, context = 0, groups = 1;  // sequences, tokens of context, experts or heads
  double flop = 0, weight_byte = 0, state_byte = 0, message_byte = 0;
  CollectiveKey comm;
  int count = 1;
};

}  // namespace aif
