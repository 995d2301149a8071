#pragma once
// A storage tier as a service: capacity, streams and operations that racks of one class deliver, and how much of the rated rate
// a real job sees. Rates are limited by media, by the servers' network and processors (`efficiency`), by operations, by file opens and by
// the requests that one client keeps in flight (RPC slots x size / latency).
// Erasure coding d+p stores (d+p)/d bytes for each byte and costs as much more write traffic (Reed-Solomon stripes).
// Neglected: seek patterns, rebuild traffic, tail latency. The published spread of efficiency in checkpoint bursts is 16-22 %
// of the file system's maximum (504 B200, NFS slots), in ingest benchmarks near 1.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"

namespace aif::storage {

enum class TierKind { kv, nvme, parallel_fs, object };
constexpr auto enum_names(TierKind) { return std::array<std::string_view, 4>{"kv", "nvme", "parallel_fs", "object"}; }

// What one rack of the class brings.
struct TierClass {
  TierKind kind = TierKind::parallel_fs;
  double capacity_byte = 5e15, read_byte_s = 4e11, write_byte_s = 2e11, iops = 2e7;
  double metadata_hz = 1e6;      // file opens and closes
  double rpc_slots = 0, rpc_byte = 1048576;  // requests in flight of one client node, and their size; 0 slots: no limit
  double latency_s = 5e-4;
  double efficiency = 0.7, burst_efficiency = 0.19;
  int data_shards = 8, parity_shards = 2;
  double idle_w = 8e3, active_w = 12e3;
  static constexpr auto fields() {
    using S = TierClass;
    return FieldList{
        field("kind", &S::kind, "kv, nvme, parallel_fs or object."),
        field("capacity", &S::capacity_byte, Kind::data, 0, 1e19, "Raw capacity of one rack.", "assumption: 20 servers of 24 x 10 TB"),
        field("read", &S::read_byte_s, Kind::data_rate, 0, 1e14, "Rated sequential read of one rack.", "assumption: 20 GB/s a server"),
        field("write", &S::write_byte_s, Kind::data_rate, 0, 1e14, "Rated sequential write of one rack.", "assumption: half of read"),
        field("iops", &S::iops, Kind::number, 0, 1e12, "4 KiB operations per second of one rack.", "assumption: 1 M a server"),
        field("metadata_rate", &S::metadata_hz, Kind::per_time, 0, 1e12, "File opens per second of the tier.", "assumption: one metadata service"),
        field("rpc_slots", &S::rpc_slots, Kind::number, 0, 1e6, "Requests that one client node keeps in flight; 0: no limit.", "assumption: clients with many connections; one NFS mount has 64 to 128"),
        field("rpc_size", &S::rpc_byte, Kind::data, 512, 1e9, "Size of one request.", "1 MiB: rsize and wsize of NFS"),
        field("latency", &S::latency_s, Kind::duration, 0, 100, "Time to the first byte.", "assumption: NVMe over a fabric"),
        field("efficiency", &S::efficiency, Kind::fraction, 0.01, 1, "Share of the rated rate that steady jobs reach.", "assumption: 0.5 to 0.9"),
        field("burst_efficiency", &S::burst_efficiency, Kind::fraction, 0.01, 1, "Share of the rated rate in checkpoint bursts of a whole cluster.",
              "504 x B200 report: 16-22 % of the file system's maximum"),
        field("data_shards", &S::data_shards, Kind::number, 1, 64, "Data shards of the erasure code.", "assumption: 8+2"),
        field("parity_shards", &S::parity_shards, Kind::number, 0, 64, "Parity shards of the erasure code.", "assumption: 8+2"),
        field("idle_power", &S::idle_w, Kind::power, 0, 1e6, "Power of one idle rack.", "assumption: 400 W a server"),
        field("active_power", &S::active_w, Kind::power, 0, 1e6, "Power of one rack at its rated rate.", "assumption: 600 W a server")};
  }
};

// One installed tier; figures given here replace those of the class times the racks.
struct TierParams {
  std::string id;
  TierClass type;
  int racks = 1;
  double capacity_byte = 0, read_byte_s = 0, write_byte_s = 0, iops = 0, efficiency = 0;
  std::vector<int> failed;  // racks that outages took; not a key of the scenario
  static constexpr auto fields() {
    using S = TierParams;
    return FieldList{
        field("id", &S::id, "Name of the tier; workloads refer to it.").required(),
        field("type", &S::type, "Class of storage rack."),
        field("racks", &S::racks, Kind::number, 0, 1e5, "Racks of that class.", "assumption"),
        field("capacity", &S::capacity_byte, Kind::data, 0, 1e21, "Usable capacity of the tier; 0: of its racks after erasure coding.", "assumption"),
        field("read", &S::read_byte_s, Kind::data_rate, 0, 1e16, "Rated read of the tier; 0: of its racks.", "assumption"),
        field("write", &S::write_byte_s, Kind::data_rate, 0, 1e16, "Rated write of the tier; 0: of its racks.", "assumption"),
        field("iops", &S::iops, Kind::number, 0, 1e15, "Operations per second of the tier; 0: of its racks.", "assumption"),
        field("efficiency", &S::efficiency, Kind::fraction, 0, 1, "Share of the rated rate that steady jobs reach; 0: of the class.", "assumption")};
  }
};

}  // namespace aif::storage
