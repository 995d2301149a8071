// Collectives of NCCL over 2, 4 and 8 devices of this machine, when the library and the devices are there. One process drives all
// ranks; seconds are those of the first rank's stream. The few entry points are declared here: no NCCL header is needed to build.
#include <dlfcn.h>

#include <memory>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

// Of nccl.h (NVIDIA, BSD-3), stable since 2.10.
using Comm = struct ncclComm*;
enum NcclType { kNcclBfloat16 = 9 };
enum NcclOperation { kNcclSum = 0 };

struct Library {
  void* handle = nullptr;
  int (*init_all)(Comm*, int, int const*) = nullptr;
  int (*destroy)(Comm) = nullptr;
  int (*group_start)() = nullptr;
  int (*group_end)() = nullptr;
  int (*all_reduce)(void const*, void*, std::size_t, int, int, Comm, cudaStream_t) = nullptr;
  int (*all_gather)(void const*, void*, std::size_t, int, Comm, cudaStream_t) = nullptr;
  int (*reduce_scatter)(void const*, void*, std::size_t, int, int, Comm, cudaStream_t) = nullptr;
  int (*broadcast)(void const*, void*, std::size_t, int, int, Comm, cudaStream_t) = nullptr;
  int (*send)(void const*, std::size_t, int, int, Comm, cudaStream_t) = nullptr;
  int (*receive)(void*, std::size_t, int, int, Comm, cudaStream_t) = nullptr;

  Library() {
    for (char const* name : {"libnccl.so.2", "libnccl.so"})
      if ((handle = dlopen(name, RTLD_NOW | RTLD_LOCAL))) break;
    if (!handle) throw CudaError("libnccl was not found; put its folder on LD_LIBRARY_PATH");
    load(init_all, "ncclCommInitAll"), load(destroy, "ncclCommDestroy"), load(group_start, "ncclGroupStart"), load(group_end, "ncclGroupEnd");
    load(all_reduce, "ncclAllReduce"), load(all_gather, "ncclAllGather"), load(reduce_scatter, "ncclReduceScatter"), load(broadcast, "ncclBroadcast");
    load(send, "ncclSend"), load(receive, "ncclRecv");
  }

 private:
  template <class F>
  void load(F& f, char const* name) {
    f = reinterpret_cast<F>(dlsym(handle, name));
    if (!f) throw CudaError(std::string("libnccl lacks ") + name);
  }
};

void nccl(int status, char const* what) {
  if (status != 0) throw CudaError(std::string(what) + ": NCCL status " + std::to_string(status));
}

constexpr std::size_t kMost = std::size_t{1} << 30;

// The ranks of one group: device `suite.device` first, then its neighbours.
class Ranks {
 public:
  Ranks(Library const& library, Suite const& suite, int ranks, int devices) : library_(library), suite_(suite) {
    for (int r = 0; r < ranks; ++r) device_.push_back((suite.device + r) % devices);
    comm_.assign(device_.size(), nullptr);
    nccl(library.init_all(comm_.data(), ranks, device_.data()), "ncclCommInitAll");
    for (int d : device_) {
      check(cudaSetDevice(d), "cudaSetDevice");
      cudaStream_t stream = suite.stream;
      if (d != suite.device) check(cudaStreamCreate(&stream), "cudaStreamCreate");
      stream_.push_back(stream);
      in_.emplace_back(kMost), out_.emplace_back(kMost);
      fill_random(in_.back(), stream);
    }
    check(cudaSetDevice(suite.device), "cudaSetDevice");
  }
  Ranks(Ranks const&) = delete;
  Ranks& operator=(Ranks const&) = delete;
  ~Ranks() {
    for (std::size_t r = 0; r < comm_.size(); ++r) {
      cudaSetDevice(device_[r]);
      if (r < stream_.size()) cudaStreamSynchronize(stream_[r]);
      if (comm_[r]) library_.destroy(comm_[r]);
      if (r > 0 && r < stream_.size()) cudaStreamDestroy(stream_[r]);
    }
    cudaSetDevice(suite_.device);
  }
  int size() const { return static_cast<int>(comm_.size()); }

  // `byte`: the whole message as nccl-tests counts it.
  void run(std::string const& kind, std::size_t byte) const {
    std::size_t const whole = byte / 2, part = whole / comm_.size();
    nccl(library_.group_start(), "ncclGroupStart");
    for (std::size_t r = 0; r < comm_.size(); ++r) {
      void const* in = in_[r].as<void>();
      void* out = out_[r].as<void>();
      if (kind == "all_reduce") nccl(library_.all_reduce(in, out, whole, kNcclBfloat16, kNcclSum, comm_[r], stream_[r]), "ncclAllReduce");
      else if (kind == "all_gather") nccl(library_.all_gather(in, out, part, kNcclBfloat16, comm_[r], stream_[r]), "ncclAllGather");
      else if (kind == "reduce_scatter") nccl(library_.reduce_scatter(in, out, part, kNcclBfloat16, kNcclSum, comm_[r], stream_[r]), "ncclReduceScatter");
      else if (kind == "broadcast") nccl(library_.broadcast(in, out, whole, kNcclBfloat16, 0, comm_[r], stream_[r]), "ncclBroadcast");
      else exchange(r, part);
    }
    nccl(library_.group_end(), "ncclGroupEnd");
  }

 private:
  void exchange(std::size_t r, std::size_t part) const {
    for (int peer = 0; peer < size(); ++peer) {
      std::size_t const at = 2 * part * static_cast<std::size_t>(peer);
      nccl(library_.send(in_[r].as<char>() + at, part, kNcclBfloat16, peer, comm_[r], stream_[r]), "ncclSend");
      nccl(library_.receive(out_[r].as<char>() + at, part, kNcclBfloat16, peer, comm_[r], stream_[r]), "ncclRecv");
    }
  }

  Library const& library_;
  Suite const& suite_;
  std::vector<int> device_;
  std::vector<Comm> comm_;
  std::vector<cudaStream_t> stream_;
  std::vector<Buffer> in_, out_;
};

}  // namespace

void probe_collectives(Suite& suite) {
  int devices = 0;
  check(cudaGetDeviceCount(&devices), "cudaGetDeviceCount");
  if (devices < 2) throw CudaError("only one device");
  Library const library;
  for (int ranks : {2, 4, 8}) {
    if (ranks > devices) break;
    Ranks const group(library, suite, ranks, devices);
    for (char const* kind : {"all_reduce", "all_gather", "reduce_scatter", "all_to_all", "broadcast"})
      for (std::size_t byte = 1024; byte <= kMost; byte *= 4)
        suite.add("collective", "bf16", std::string("nccl/") + (std::string(kind) == "all_to_all" ? "alltoall" : kind),
                  {"collective", {{"group", ranks}, {"message_byte", static_cast<double>(byte)}}, kind}, suite.time([&] { group.run(kind, byte); }));
  }
}

}  // namespace aif::calibration::cuda
