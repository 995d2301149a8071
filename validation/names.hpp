#pragma once
// From a string as printed in a table to a device, a model, a precision, an engine. A --data folder may bring its own
// aliases.csv, hardware_catalogue.csv and workloads_model_architectures.csv: an entry there wins over a library entry of the same
// id, cell by cell, and devices or models that the library has never seen come that way.

#include <map>
#include <optional>
#include <string>

#include "contracts/hardware_profile.hpp"
#include "models/compute/architecture.hpp"

namespace aif::validation {

class Names {
 public:
  explicit Names(std::string const& data_dir);  // "" : the shipped tables only

  // Ids; empty when the string is unknown or means "unknown".
  std::string hardware_id(std::string const& alias) const { return id_of("hardware", alias); }
  std::string model_id(std::string const& alias) const { return id_of("model", alias); }
  std::string engine_id(std::string const& alias) const { return id_of("engine", alias); }
  std::optional<Precision> precision(std::string const& alias, std::string const& model) const;

  // Null when the id has no figures to predict with. Pointers live as long as this object.
  HardwareProfile const* profile(std::string const& hardware) const;
  compute::ModelArchitecture const* model(std::string const& id) const;

 private:
  std::string id_of(std::string const& kind, std::string const& alias) const;
  void read_aliases(std::string const& dir);
  void read_catalogue(std::string const& dir);
  void read_models(std::string const& dir, bool own);

  std::map<std::string, std::string> ids_;  // "kind|alias" -> id
  std::map<std::string, HardwareProfile> profiles_;
  std::map<std::string, compute::ModelArchitecture> models_;
};

// Folder of the tables that the project ships.
std::string shipped_data_dir();

// A device from a row of data-sheet figures: evidence datasheet_prior, no surfaces.
HardwareProfile catalogue_profile(std::map<std::string, std::string> const& row);
// An architecture from a row of a table; what the columns lack is inferred from the totals and the KV bytes where they stand.
compute::ModelArchitecture table_architecture(std::map<std::string, std::string> const& row, compute::ModelArchitecture base);

}  // namespace aif::validation
