#pragma once
// Indices that cannot be mixed up: Id<Rack> indexes an IdVector<Rack, double> and nothing else.

#include <cstdint>
#include <vector>

namespace aif {

template <class Tag>
struct Id {
  std::int32_t value = -1;
  constexpr bool valid() const { return value >= 0; }
  constexpr auto operator<=>(Id const&) const = default;
};

template <class Tag, class Value>
class IdVector {
 public:
  IdVector() = default;
  explicit IdVector(std::size_t n, Value const& v = {}) : values_(n, v) {}
  Value& operator[](Id<Tag> id) { return values_[static_cast<std::size_t>(id.value)]; }
  Value const& operator[](Id<Tag> id) const { return values_[static_cast<std::size_t>(id.value)]; }
  Id<Tag> push_back(Value v) {
    values_.push_back(std::move(v));
    return {static_cast<std::int32_t>(values_.size()) - 1};
  }
  std::size_t size() const { return values_.size(); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::vector<Value> values_;
};

}  // namespace aif
