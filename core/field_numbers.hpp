#pragma once
// The numbers of a struct by path, to be written: how a draw or a search changes a value without going through text. Paths are those of
// for_each_leaf (field_tools.hpp).

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "core/field_tools.hpp"

namespace aif {

// A number that stands in a struct; whole ones are rounded.
class NumberRef {
 public:
  template <class T>
  explicit NumberRef(T& value) : at_(&value) {}
  bool is_whole() const { return !std::holds_alternative<double*>(at_); }
  double get() const {
    return std::visit([](auto* p) { return static_cast<double>(*p); }, at_);
  }
  void set(double value) const {
    std::visit([value](auto* p) {
      using T = std::remove_pointer_t<decltype(p)>;
      *p = static_cast<T>(std::is_integral_v<T> ? std::llround(value) : value);
    }, at_);
  }

 private:
  std::variant<double*, int*, std::int64_t*> at_;
};

// Calls visit(path, info, NumberRef) for every number below `value`, in the order of the field lists.
template <class T, class Visit>
void for_each_number(T& value, FieldInfo const& info, std::string const& path, Visit const& visit) {
  auto const below = [&](std::string_view key) { return path.empty() ? std::string(key) : path + "." + std::string(key); };
  if constexpr (std::is_same_v<T, double> || std::is_same_v<T, int> || std::is_same_v<T, std::int64_t>) {
    visit(path, info, NumberRef(value));
  } else if constexpr (detail::is_optional<T>) {
    if (value) for_each_number(*value, info, path, visit);
  } else if constexpr (detail::is_vector<T>) {
    using Item = typename T::value_type;
    if constexpr (!std::is_same_v<Item, bool> && !std::is_same_v<Item, std::string>)
      for (std::size_t i = 0; i < value.size(); ++i) {
        std::string const id = detail::id_or_empty<Item>(value[i]);
        for_each_number(value[i], info, below(id.empty() ? std::to_string(i) : id), visit);
      }
  } else if constexpr (detail::is_map<T>) {
    for (auto& [key, item] : value) for_each_number(item, info, below(key), visit);
  } else if constexpr (detail::is_variant<T>) {
    std::visit([&](auto& alternative) { for_each_number(alternative, info, path, visit); }, value);
  } else if constexpr (HasFields<T>) {
    for_each_field<T>([&](auto const& f) { for_each_number(value.*(f.member), f, below(f.key), visit); });
  }
}

}  // namespace aif
