#include "sim/decisions/scenario_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/scenario/load_scenario.hpp"

namespace aif::sim {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;

std::string text_of(Json const& node, std::string const& path) {
  if (node.is_object()) return node.contains("title") && !node["title"].get<std::string>().empty() ? node["title"].get<std::string>() : node.contains("type") ? node["type"].get<std::string>() : fmt::format("{} values", node.size());
  if (node.is_array()) {
    std::string out;
    for (auto const& item : node) out += (out.empty() ? "" : ", ") + text_of(item, path);
    return "[" + out + "]";
  }
  std::string const text = node.is_string() ? node.get<std::string>() : node.dump();
  auto const* field = find_field(scenario_type(), path);
  if (!field || (field->type.shape != TypeDescription::Shape::number)) return text;
  auto const q = parse_quantity(text, field->info.kind);
  return q.error.empty() ? format_quantity(q.si, field->info.kind, 6) : text;
}

std::size_t find_id(Json const& list, Json const& id) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].is_object() && list[i].contains("id") && list[i]["id"] == id) return i;
  return list.size();
}

bool has_ids(Json const& list) {
  return !list.empty() && std::all_of(list.begin(), list.end(), [](auto const& item) { return item.is_object() && item.contains("id"); });
}

}  // namespace

struct ScenarioDiff::Documents {
  struct Place {
    Pointer in_a, in_b;          // the node, or the list that an entry is added to or taken from
    enum class What { replace, add, remove } what;
  };
  Json a, b;
  std::vector<Place> places;
  std::vector<Change> changes;

  void note(Place place, std::string path, std::string from, std::string to) {
    places.push_back(std::move(place));
    changes.push_back({std::move(path), std::move(from), std::move(to)});
  }

  void compare(Pointer const& pa, Pointer const& pb, std::string const& path) {
    Json const &x = a[pa], &y = b[pb];
    if (x == y) return;
    auto const below = [&](std::string const& word) { return path.empty() ? word : path + "." + word; };
    bool const another_thing = x.is_object() && y.is_object() && !path.empty() &&
                               ((x.contains("title") && y.contains("title") && x["title"] != y["title"] && x.value("id", "") == y.value("id", "") && path.find("halls.") == 0 && path.ends_with(".rack")) ||
                                x.value("type", "") != y.value("type", "") || (path.ends_with(".model") && x.contains("title") && x["title"] != y.value("title", "")));
    if (x.is_object() && y.is_object() && !another_thing) {
      for (auto const& [key, value] : x.items())
        if (y.contains(key)) compare(pa / key, pb / key, below(key));
        else note({pa / key, pb, Place::What::remove}, below(key), text_of(value, below(key)), "");
      for (auto const& [key, value] : y.items())
        if (!x.contains(key)) note({pa, pb / key, Place::What::add}, below(key), "", text_of(value, below(key)));
      return;
    }
    if (x.is_array() && y.is_array() && (has_ids(x) || x.empty()) && (has_ids(y) || y.empty())) {
      for (std::size_t i = 0; i < x.size(); ++i) {
        std::string const name = below(x[i]["id"].get<std::string>());
        std::size_t const j = find_id(y, x[i]["id"]);
        if (j < y.size()) compare(pa / i, pb / j, name);
        else note({pa / i, pb, Place::What::remove}, name, text_of(x[i], name), "");
      }
      for (std::size_t j = 0; j < y.size(); ++j) {
        std::string const name = below(y[j]["id"].get<std::string>());
        if (find_id(x, y[j]["id"]) == x.size()) note({pa, pb / j, Place::What::add}, name, "", text_of(y[j], name));
      }
      return;
    }
    note({pa, pb, Place::What::replace}, path, text_of(x, path), text_of(y, path));
  }

  // Top-level blocks in place of single values.
  void coarsen() {
    places.clear(), changes.clear();
    for (auto const& [key, value] : a.items())
      if (b.contains(key) && b[key] != value) note({Pointer{} / key, Pointer{} / key, Place::What::replace}, key, "", "changed in many places");
    for (auto const& [key, value] : b.items())
      if (!a.contains(key)) note({Pointer{}, Pointer{} / key, Place::What::add}, key, "", "added");
  }
};

ScenarioDiff::ScenarioDiff(Scenario const& a, Scenario const& b, std::size_t most) : documents_(std::make_unique<Documents>()) {
  auto& d = *documents_;
  d.a = Json::parse(portable_text(a));
  d.b = Json::parse(portable_text(b));
  for (auto* document : {&d.a, &d.b})  // names and what does not touch the figures of a run
    for (char const* key : {"name", "title", "description", "checks", "uncertainty"}) document->erase(key);
  d.compare(Pointer{}, Pointer{}, "");
  if (d.changes.size() > most) d.coarsen();
  changes_ = d.changes;
}

ScenarioDiff::~ScenarioDiff() = default;
ScenarioDiff::ScenarioDiff(ScenarioDiff&&) noexcept = default;

Scenario ScenarioDiff::with_only(std::size_t change) const {
  auto const& d = *documents_;
  auto const& place = d.places[change];
  Json changed = d.a;
  using What = Documents::Place::What;
  if (place.what == What::replace) {
    changed[place.in_a] = d.b[place.in_b];
  } else if (place.what == What::add) {
    Json& into = changed[place.in_a];
    if (into.is_array()) into.push_back(d.b[place.in_b]);
    else into[place.in_b.back()] = d.b[place.in_b];
  } else {
    Json& from = changed[place.in_a.parent_pointer()];
    if (from.is_array()) from.erase(std::stoul(place.in_a.back()));
    else from.erase(place.in_a.back());
  }
  changed["name"] = "one-change";
  return load_scenario_text(changed.dump(), "one change").value;
}

}  // namespace aif::sim
