#pragma once
// The one place where a figure turns from SI into what people read: a unit of sensible size, three significant digits (powers four,
// PUE three decimals), thousands apart. The SI value travels beside the text, so nothing is rounded twice.

#include <string>
#include <string_view>

namespace aif::reports {

struct Shown {
  std::string number, unit;
  double factor = 1;  // SI value = number x factor
  std::string text() const { return unit.empty() ? number : number + " " + unit; }
};

// `metric` decides what a unit alone cannot: a share in per cent, joules per token.
Shown show(double si, std::string_view si_unit, std::string_view metric = {});

std::string number_text(double value, int significant_digits = 3);  // 1234567 -> "1,234,567"
std::string count_text(double value);                               // 157.0 -> "157", 0.25 -> "0.25"
std::string percent_text(double fraction);                          // 0.123 -> "12.3 %"
std::string in_words(std::string_view identifier);                  // "cdu_pumps" -> "CDU pumps"

// "Good output tokens" for tokens.good.rate; the id itself when the catalogue of labels lacks it.
std::string label_of(std::string_view metric);

}  // namespace aif::reports
