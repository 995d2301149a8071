#include "sim/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/units.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kDeepest = 64;                // nested brackets
constexpr std::string_view kQuantiles[] = {"", ".p10", ".p50", ".p90"};
constexpr std::string_view kBase[] = {"W", "s", "USD", "kg", "m", "VA", "K"};

struct Symbol {
  std::string_view name;
  Dimension exponents;
};
constexpr Symbol kSymbols[] = {{"W", {1}}, {"J", {1, 1}}, {"s", {0, 1}}, {"Hz", {0, -1}}, {"USD", {0, 0, 1}}, {"kg", {0, 0, 0, 1}}, {"m", {0, 0, 0, 0, 1}},
                               {"VA", {0, 0, 0, 0, 0, 1}}, {"var", {0, 0, 0, 0, 0, 1}}, {"K", {0, 0, 0, 0, 0, 0, 1}}, {"1", {}}, {"tok", {}}, {"FLOP", {}}, {"B", {}}};

// "USD/W/month", "1 s-1", "m3 J-1": products of symbols with exponents.
bool parse_dimension(std::string_view text, Dimension& out) {
  out = {};
  int sign = 1;
  while (!text.empty()) {
    auto const end = text.find_first_of(" /");
    std::string_view part = text.substr(0, end);
    int power = 1;
    if (auto const digits = part.find_first_of("-0123456789"); digits != std::string_view::npos && digits > 0) {
      std::from_chars(part.data() + digits, part.data() + part.size(), power);
      part = part.substr(0, digits);
    }
    auto const symbol = std::find_if(std::begin(kSymbols), std::end(kSymbols), [&](Symbol const& s) { return s.name == part; });
    if (!part.empty() && symbol == std::end(kSymbols)) return false;
    if (!part.empty())
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += sign * power * symbol->exponents[i];
    if (end == std::string_view::npos) break;
    sign = text[end] == '/' ? -1 : sign;
    text.remove_prefix(end + 1);
  }
  return true;
}

std::string dimension_text(Dimension const& d) {
  std::string out;
  for (std::size_t i = 0; i < d.size(); ++i)
    if (d[i] != 0) out += fmt::format("{}{}{}", out.empty() ? "" : " ", kBase[i], d[i] == 1 ? "" : fmt::format("{}", d[i]));
  return out.empty() ? "1" : out;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-'; }

}  // namespace

class ExpressionReader {
 public:
  ExpressionReader(std::string const& text, std::span<NamedFigure const> figures) : text_(text), figures_(figures) {}

  Expression read() {
    out_.text_ = text_;
    out_.dimension_ = sum();
    if (at_ < text_.size()) fail("AF2920", fmt::format("`{}` is not expected here", text_.substr(at_)));
    return std::move(out_);
  }

 private:
  using Step = Expression::Step;

  [[noreturn]] void fail(std::string code, std::string message, std::string hint = "figures, numbers with units, + - * / ( ) min max") {
    throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {}, std::move(hint) + " (in `" + text_ + "`)", 1});
  }

  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void emit(Step::Kind kind) { out_.steps_.push_back({kind, 0, 0}); }
  void same(Dimension const& a, Dimension const& b, char const* what) {
    if (a != b) fail("AF2921", fmt::format("{} of {} and {}", what, dimension_text(a), dimension_text(b)), "a bare number has no unit: write `72 MW`, `0.5 USD`");
  }

  Dimension sum() {
    if (++depth_ > kDeepest) fail("AF2920", "too many brackets");
    Dimension const first = product();
    for (;;) {
      bool const plus = take('+'), minus = !plus && take('-');
      if (!plus && !minus) break;
      same(first, product(), plus ? "a sum" : "a difference");
      emit(plus ? Step::Kind::add : Step::Kind::subtract);
    }
    --depth_;
    return first;
  }

  Dimension product() {
    Dimension d = factor();
    for (;;) {
      bool const times = take('*'), over = !times && take('/');
      if (!times && !over) return d;
      Dimension const next = factor();
      for (std::size_t i = 0; i < d.size(); ++i) d[i] += times ? next[i] : -next[i];
      emit(times ? Step::Kind::multiply : Step::Kind::divide);
    }
  }

  Dimension factor() {
    char const c = peek();
    if (take('(')) {
      Dimension const d = sum();
      if (!take(')')) fail("AF2920", "a bracket is not closed");
      return d;
    }
    if (take('-')) {
      if (++depth_ > kDeepest) fail("AF2920", "too many signs");
      Dimension const d = factor();
      --depth_;
      emit(Step::Kind::negate);
      return d;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.') return number();
    if (std::isalpha(static_cast<unsigned char>(c))) return word();
    fail("AF2920", c == '\0' ? std::string("the expression ends too early") : fmt::format("`{}` is not expected here", text_.substr(at_)));
  }

  Dimension number() {
    double value = 0;
    auto const [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) fail("AF2920", fmt::format("`{}` is no number", text_.substr(at_)));
    at_ = static_cast<std::size_t>(end - text_.data());
    Dimension d{};
    std::size_t const unit_at = text_.find_first_not_of(' ', at_);
    if (unit_at != std::string::npos && (std::isalpha(static_cast<unsigned char>(text_[unit_at])) || text_[unit_at] == '%')) value = with_unit(value, unit_at, d);
    out_.steps_.push_back({Step::Kind::number, value, 0});
    return d;
  }

  // The longest unit that starts here; "100 MW/facility.power" is 100 MW over a figure.
  double with_unit(double value, std::size_t at, Dimension& d) {
    std::size_t end = at;
    while (end < text_.size() && (std::isalpha(static_cast<unsigned char>(text_[end])) || text_[end] == '%' || text_[end] == '/' || std::isdigit(static_cast<unsigned char>(text_[end])))) ++end;
    for (std::size_t length = end - at; length > 0; --length) {
      std::string_view const symbol = std::string_view(text_).substr(at, length);
      if (at + length < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at + length]))) continue;  // in the middle of a word
      for (auto const& unit : unit_table())
        if (unit.symbol == symbol && unit.offset == 0 && parse_dimension(si_symbol(unit.kind), d)) {
          at_ = at + length;
          return value * unit.factor;
        }
    }
    fail("AF2920", fmt::format("unknown unit `{}`", text_.substr(at, end - at)));
  }

  Dimension word() {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    std::string const whole = text_.substr(at_, end - at_);
    if (whole == "min" || whole == "max") {
      at_ = end;
      return least_or_most(whole == "min");
    }
    // `a-b` may be one id or a difference: the longest that is known.
    for (std::size_t length = whole.size(); length > 0; length = whole.rfind('-', length - 1) == std::string::npos ? 0 : whole.rfind('-', length - 1)) {
      Dimension d{};
      if (!figure(whole.substr(0, length), d)) continue;
      at_ += length;
      return d;
    }
    std::vector<std::string> known;
    for (auto const& f : figures_) known.push_back(f.id);
    std::string const near = did_you_mean(whole, known);
    fail("AF2831", fmt::format("there is no metric `{}`", whole), near.empty() ? "`aifactory explain METRIC` describes them" : fmt::format("did you mean `{}`?", near));
  }

  bool figure(std::string const& name, Dimension& d) {
    for (auto const& f : figures_)
      for (auto quantile : kQuantiles) {
        if (name.size() != f.id.size() + quantile.size() || !name.starts_with(f.id) || !name.ends_with(quantile)) continue;
        if (!parse_dimension(f.unit, d)) return false;
        auto const at = std::find(out_.names_.begin(), out_.names_.end(), name);
        out_.steps_.push_back({Step::Kind::figure, 0, static_cast<std::size_t>(at - out_.names_.begin())});
        if (at == out_.names_.end()) out_.names_.push_back(name);
        return true;
      }
    return false;
  }

  Dimension least_or_most(bool is_least) {
    if (!take('(')) fail("AF2920", "min and max take two values in brackets");
    Dimension const first = sum();
    if (!take(',')) fail("AF2920", "min and max take two values in brackets");
    same(first, sum(), is_least ? "the least" : "the most");
    if (!take(')')) fail("AF2920", "a bracket is not closed");
    emit(is_least ? Step::Kind::least : Step::Kind::most);
    return first;
  }

  std::string const& text_;
  std::span<NamedFigure const> figures_;
  std::size_t at_ = 0, depth_ = 0;
  Expression out_;
};

Expression Expression::parse(std::string const& text, std::span<NamedFigure const> figures) { return ExpressionReader(text, figures).read(); }

std::string Expression::unit() const { return dimension_text(dimension_); }

double Expression::evaluate(std::span<double const> values) const {
  std::vector<double> stack;
  auto const pop = [&] {
    double const v = stack.back();
    stack.pop_back();
    return v;
  };
  for (auto const& s : steps_) {
    if (s.kind == Step::Kind::number) {
      stack.push_back(s.number);
    } else if (s.kind == Step::Kind::figure) {
      stack.push_back(values[s.figure]);
    } else if (s.kind == Step::Kind::negate) {
      stack.back() = -stack.back();
    } else {
      double const b = pop(), a = pop();
      switch (s.kind) {
        case Step::Kind::add: stack.push_back(a + b); break;
        case Step::Kind::subtract: stack.push_back(a - b); break;
        case Step::Kind::multiply: stack.push_back(a * b); break;
        case Step::Kind::divide: stack.push_back(a / b); break;
        case Step::Kind::least: stack.push_back(std::min(a, b)); break;
        default: stack.push_back(std::max(a, b)); break;
      }
    }
  }
  return stack.back();
}

Comparison Comparison::parse(std::string const& text, std::span<NamedFigure const> figures) {
  auto const at = text.find_first_of("<>=");
  if (at == std::string::npos || at + 1 >= text.size() || text[at] == '=' || text[at + 1] != '=' || text.find_first_of("<>=", at + 2) != std::string::npos)
    throw InputError(Diagnostic{"AF2920", Severity::error, fmt::format("`{}` is no comparison", text), "", {}, "EXPRESSION <= EXPRESSION or EXPRESSION >= EXPRESSION", 1});
  Comparison out{Expression::parse(text.substr(0, at), figures), Expression::parse(text.substr(at + 2), figures), text[at] == '<', text};
  if (out.left.dimension() != out.right.dimension())
    throw InputError(Diagnostic{"AF2921", Severity::error, fmt::format("{} is compared with {}", out.left.unit(), out.right.unit()), "", {},
                                fmt::format("a bare number has no unit: write `72 MW`, `0.5 USD` (in `{}`)", text), 1});
  return out;
}

double Comparison::violation(double l, double r) const {
  if (!std::isfinite(l) || !std::isfinite(r)) return 1.0;
  return holds(l, r) ? 0.0 : std::abs(l - r) / std::max({std::abs(l), std::abs(r), 1e-300});
}

}  // namespace aif::sim
