#pragma once
// HDF5 through its C API, as much as a netCDF-4 file needs: groups, numeric and string variables with dimension scales,
// attributes, deflate with shuffle and checksum. Files open in xarray with h5netcdf and with netCDF4. The only place that includes HDF5.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace aif::sim {

using Attributes = std::vector<std::pair<std::string, std::string>>;

class H5File {
 public:
  static H5File create(std::string const& path);     // throws InputError AF5002 when it cannot be written
  static H5File open(std::string const& path);       // read only; AF4001 when it is no HDF5 file
  H5File(H5File&& other) noexcept : id_(std::exchange(other.id_, -1)), path_(std::move(other.path_)) {}
  H5File& operator=(H5File&&) = delete;
  ~H5File();

  void make_group(std::string const& path);
  void write_attribute(std::string const& object, std::string const& name, std::string const& value);

  // A coordinate: a dimension scale named like its dimension.
  void write_coordinate(std::string const& path, std::span<double const> values, Attributes const& attributes);
  void write_coordinate(std::string const& path, std::vector<std::string> const& values, Attributes const& attributes);

  // A variable over dimensions that are coordinates of the same group, slowest first.
  void write(std::string const& path, std::span<float const> values, std::vector<std::string> const& dimensions, Attributes const& attributes);
  void write(std::string const& path, std::span<double const> values, std::vector<std::string> const& dimensions, Attributes const& attributes);
  void write(std::string const& path, std::span<std::uint8_t const> values, std::vector<std::string> const& dimensions, Attributes const& attributes);
  void write(std::string const& path, std::vector<std::string> const& values, std::vector<std::string> const& dimensions, Attributes const& attributes);
  void write_text(std::string const& path, std::string const& text);  // one string

  bool has(std::string const& path) const;
  std::vector<std::string> list(std::string const& group) const;      // names of links, in the order of their making
  // AF4001 when missing, or not of `n` values where n is given.
  std::vector<double> read_numbers(std::string const& path, std::size_t n = kAny) const;
  std::vector<std::string> read_strings(std::string const& path, std::size_t n = kAny) const;
  int rank(std::string const& path) const;                            // number of dimensions
  std::string read_attribute(std::string const& object, std::string const& name) const;  // "" when missing

  static constexpr std::size_t kAny = static_cast<std::size_t>(-1);

 private:
  H5File(std::int64_t id, std::string path) : id_(id), path_(std::move(path)) {}
  std::int64_t id_;
  std::string path_;
};

}  // namespace aif::sim
