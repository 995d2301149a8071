#pragma once
// Rows of training.csv with everything that a prediction needs: names resolved through aliases.csv, device and model figures from
// hardware_catalogue.csv and workloads_model_architectures.csv of the same folder (the shipped ones where the folder has none).

#include <string>
#include <vector>

#include "models/network/site.hpp"
#include "validation/suite.hpp"
#include "workloads/training/step.hpp"

namespace aif::validation {

struct TrainingRow {
  std::string id, hardware, model, precision_name, refusal, metric, group;  // ids after aliases
  std::vector<std::string> metrics;      // suite metrics that judge it
  workloads::TrainingShape shape;
  workloads::TrainingDevice device;
  workloads::TrainingLayout layout;
  workloads::TrainingSoftware software;
  Precision precision = Precision::bf16;
  bool free_micro_batch = false, free_vp = false, full_attention_count = false;
  double value = 0, gpus = 0;
  std::size_t tables = 0;                // index into TrainingData::tables
};

struct TrainingData {
  std::vector<TrainingRow> rows;
  std::vector<workloads::CommTables> tables;  // one for each device
};

TrainingData load_training(Options const& options);

}  // namespace aif::validation
