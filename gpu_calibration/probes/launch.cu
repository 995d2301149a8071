// Time of a kernel that does nothing, back to back in a stream and as a node of a graph: the floor under every other operator.
#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

__global__ void empty_kernel() {}

constexpr int kNodes = 64;

}  // namespace

void probe_launch(Suite& suite) {
  for (int i = 0; i < 4; ++i)
    suite.add("launch", "fp32", "own/launch", {"stream", {{"byte", 0}}}, suite.time([&] { empty_kernel<<<1, 32, 0, suite.stream>>>(); }));
}

void probe_graph_launch(Suite& suite) {
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  check(cudaStreamBeginCapture(suite.stream, cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
  for (int i = 0; i < kNodes; ++i) empty_kernel<<<1, 32, 0, suite.stream>>>();
  check(cudaStreamEndCapture(suite.stream, &graph), "cudaStreamEndCapture");
  check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
  for (int i = 0; i < 4; ++i) {
    Timing t = suite.time([&] { check(cudaGraphLaunch(executable, suite.stream), "cudaGraphLaunch"); });
    t.time_s /= kNodes, t.low_s /= kNodes, t.high_s /= kNodes;
    suite.add("launch", "fp32", "own/graph_launch", {"stream", {{"byte", 0}}}, t);
  }
  cudaGraphExecDestroy(executable), cudaGraphDestroy(graph);
}

}  // namespace aif::calibration::cuda
