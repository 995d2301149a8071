#include "sim/io/h5_file.hpp"

#include <fmt/format.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cstring>

#include "core/diagnostics.hpp"

namespace aif::sim {
namespace {

constexpr hsize_t kChunkBytes = 1 << 20;
constexpr unsigned kDeflateLevel = 4;  // with shuffle: a year of minutes shrinks about fivefold; higher levels gain little

// An HDF5 handle that closes itself.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle const&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

[[noreturn]] void fail(std::string code, std::string const& path, std::string message, std::string hint = {}) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {path, 0, 0}, std::move(hint), 1});
}

void check(herr_t status, std::string const& file, char const* what) {
  if (status < 0) fail("AF5002", file, std::string("HDF5 failed to ") + what, "is the disk full?");
}

Handle string_type() {
  hid_t const type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return {type, H5Tclose};
}

void set_attribute(hid_t object, std::string const& name, std::string const& value) {
  // Fixed-length UTF-8: both netCDF readers show it as text.
  Handle const type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, std::max<std::size_t>(1, value.size()));
  H5Tset_cset(type, H5T_CSET_UTF8);
  Handle const space(H5Screate(H5S_SCALAR), H5Sclose);
  if (H5Aexists(object, name.c_str()) > 0) H5Adelete(object, name.c_str());
  Handle const attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  std::string const padded = value.empty() ? std::string(1, '\0') : value;
  H5Awrite(attribute, type, padded.data());
}

std::string group_of(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<hsize_t> extents_of(hid_t file, std::string const& path, std::vector<std::string> const& dimensions) {
  std::vector<hsize_t> extents;
  for (auto const& name : dimensions) {
    Handle const scale(H5Dopen2(file, (group_of(path) + "/" + name).c_str(), H5P_DEFAULT), H5Dclose);
    Handle const space(H5Dget_space(scale), H5Sclose);
    extents.push_back(static_cast<hsize_t>(H5Sget_simple_extent_npoints(space)));
  }
  return extents;
}

// Creates, writes and labels a dataset; `data` points to elements of `memory_type`.
void write_dataset(hid_t file, std::string const& file_name, std::string const& path, hid_t memory_type, hid_t disk_type,
                   std::vector<hsize_t> const& extents, void const* data, std::vector<std::string> const& dimensions,
                   Attributes const& attributes, bool is_scale, void const* fill_value) {
  Handle const space(extents.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
  Handle const plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_attr_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  hsize_t total = 1;
  for (hsize_t e : extents) total *= e;
  if (!extents.empty() && total > 1024 && H5Tget_class(disk_type) != H5T_STRING) {
    std::vector<hsize_t> chunk = extents;
    hsize_t row = H5Tget_size(disk_type);
    for (std::size_t i = 1; i < extents.size(); ++i) row *= extents[i];
    chunk[0] = std::clamp<hsize_t>(kChunkBytes / std::max<hsize_t>(1, row), 1, extents[0]);
    H5Pset_chunk(plan, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(plan);
    H5Pset_deflate(plan, kDeflateLevel);
    H5Pset_fletcher32(plan);
  }
  if (fill_value) H5Pset_fill_value(plan, memory_type, fill_value);
  Handle const set(H5Dcreate2(file, path.c_str(), disk_type, space, H5P_DEFAULT, plan, H5P_DEFAULT), H5Dclose);
  check(set < 0 ? -1 : 0, file_name, "create a variable");
  if (total > 0) check(H5Dwrite(set, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), file_name, "write a variable");
  for (auto const& [name, value] : attributes) set_attribute(set, name, value);
  if (is_scale) H5DSset_scale(set, path.substr(path.rfind('/') + 1).c_str());
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    Handle const scale(H5Dopen2(file, (group_of(path) + "/" + dimensions[i]).c_str(), H5P_DEFAULT), H5Dclose);
    check(H5DSattach_scale(set, scale, static_cast<unsigned>(i)), file_name, "attach a dimension");
  }
}

std::vector<char const*> pointers(std::vector<std::string> const& values) {
  std::vector<char const*> out;
  for (auto const& v : values) out.push_back(v.c_str());
  return out;
}

herr_t collect_name(hid_t, char const* name, H5L_info_t const*, void* out) {
  static_cast<std::vector<std::string>*>(out)->emplace_back(name);
  return 0;
}

}  // namespace

H5File H5File::create(std::string const& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  Handle const plan(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_link_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  hid_t const id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, plan, H5P_DEFAULT);
  if (id < 0) fail("AF5002", path, "cannot write the file", "check that the folder exists and may be written");
  return {id, path};
}

H5File H5File::open(std::string const& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  hid_t const id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) fail("AF4001", path, "cannot open the result file (missing, or not HDF5)", "a result is the result.nc that `aifactory run` writes");
  return {id, path};
}

H5File::~H5File() {
  if (id_ >= 0) H5Fclose(id_);
}

void H5File::make_group(std::string const& path) {
  Handle const plan(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_link_creation_order(plan, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  Handle const group(H5Gcreate2(id_, path.c_str(), H5P_DEFAULT, plan, H5P_DEFAULT), H5Gclose);
  check(group < 0 ? -1 : 0, path_, "create a group");
}

void H5File::write_attribute(std::string const& object, std::string const& name, std::string const& value) {
  Handle const target(H5Oopen(id_, object.c_str(), H5P_DEFAULT), H5Oclose);
  set_attribute(target, name, value);
}

void H5File::write_coordinate(std::string const& path, std::span<double const> values, Attributes const& attributes) {
  write_dataset(id_, path_, path, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE, {values.size()}, values.data(), {}, attributes, true, nullptr);
}

void H5File::write_coordinate(std::string const& path, std::vector<std::string> const& values, Attributes const& attributes) {
  Handle const type = string_type();
  auto const text = pointers(values);
  write_dataset(id_, path_, path, type, type, {values.size()}, text.data(), {}, attributes, true, nullptr);
}

void H5File::write(std::string const& path, std::span<float const> values, std::vector<std::string> const& dimensions, Attributes const& attributes) {
  write_dataset(id_, path_, path, H5T_NATIVE_FLOAT, H5T_IEEE_F32LE, extents_of(id_, path, dimensions), values.data(), dimensions, attributes, false, nullptr);
}

void H5File::write(std::string const& path, std::span<double const> values, std::vector<std::string> const& dimensions, Attributes const& attributes) {
  write_dataset(id_, path_, path, H5T_NATIVE_DOUBLE, H5T_IEEE_F64LE, extents_of(id_, path, dimensions), values.data(), dimensions, attributes, false, nullptr);
}

void H5File::write(std::string const& path, std::span<std::uint8_t const> values, std::vector<std::string> const& dimensions, Attributes const& attributes) {
  write_dataset(id_, path_, path, H5T_NATIVE_UINT8, H5T_STD_U8LE, extents_of(id_, path, dimensions), values.data(), dimensions, attributes, false, nullptr);
}

void H5File::write(std::string const& path, std::vector<std::string> const& values, std::vector<std::string> const& dimensions, Attributes const& attributes) {
  Handle const type = string_type();
  auto const text = pointers(values);
  write_dataset(id_, path_, path, type, type, extents_of(id_, path, dimensions), text.data(), dimensions, attributes, false, nullptr);
}

void H5File::write_text(std::string const& path, std::string const& text) { write(path, std::vector<std::string>{text}, {}, {}); }

bool H5File::has(std::string const& path) const {
  // H5Lexists wants every intermediate group to exist.
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    if (H5Lexists(id_, path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Lexists(id_, path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> H5File::list(std::string const& group) const {
  std::vector<std::string> names;
  Handle const g(H5Gopen2(id_, group.c_str(), H5P_DEFAULT), H5Gclose);
  if (g >= 0) H5Literate(g, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect_name, &names);
  return names;
}

namespace {
std::size_t count_of(hid_t space, std::string const& file, std::string const& path, std::size_t wanted) {
  auto const n = H5Sget_simple_extent_npoints(space);
  if (n < 0 || (wanted != H5File::kAny && static_cast<std::size_t>(n) != wanted))
    fail("AF4001", file, fmt::format("{} has {} values where {} belong", path, n, wanted), "the file is damaged, or was written by another program");
  return static_cast<std::size_t>(n);
}
}  // namespace

int H5File::rank(std::string const& path) const {
  Handle const set(H5Dopen2(id_, path.c_str(), H5P_DEFAULT), H5Dclose);
  Handle const space(H5Dget_space(set), H5Sclose);
  return H5Sget_simple_extent_ndims(space);
}

std::vector<double> H5File::read_numbers(std::string const& path, std::size_t n) const {
  if (!has(path)) fail("AF4001", path_, "the result has no variable " + path, "it was written by another version, or is incomplete");
  Handle const set(H5Dopen2(id_, path.c_str(), H5P_DEFAULT), H5Dclose);
  Handle const space(H5Dget_space(set), H5Sclose);
  std::vector<double> out(count_of(space, path_, path, n));
  check(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), path_, "read a variable");
  return out;
}

std::vector<std::string> H5File::read_strings(std::string const& path, std::size_t n) const {
  if (!has(path)) fail("AF4001", path_, "the result has no variable " + path, "it was written by another version, or is incomplete");
  Handle const set(H5Dopen2(id_, path.c_str(), H5P_DEFAULT), H5Dclose);
  Handle const space(H5Dget_space(set), H5Sclose);
  Handle const type = string_type();
  std::vector<char*> raw(count_of(space, path_, path, n));
  check(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), path_, "read a variable");
  std::vector<std::string> out;
  for (char const* s : raw) out.emplace_back(s ? s : "");
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw.data());
  return out;
}

std::string H5File::read_attribute(std::string const& object, std::string const& name) const {
  Handle const target(H5Oopen(id_, object.c_str(), H5P_DEFAULT), H5Oclose);
  if (target < 0 || H5Aexists(target, name.c_str()) <= 0) return {};
  Handle const attribute(H5Aopen(target, name.c_str(), H5P_DEFAULT), H5Aclose);
  Handle const type(H5Aget_type(attribute), H5Tclose);
  std::string out(H5Tget_size(type), '\0');
  H5Aread(attribute, type, out.data());
  return out.c_str();
}

}  // namespace aif::sim
