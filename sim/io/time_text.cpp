#include "sim/io/time_text.hpp"

#include <date/date.h>

#include <charconv>
#include <cmath>

namespace aif::sim {

double seconds_of(std::string_view text) {
  int part[5] = {0, 0, 0, 0, 0};  // year, month, day, hour, minute
  double second = 0;
  std::size_t at = 0, taken = 0;
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  auto const take = [&](auto& value) {
    auto const [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), value);
    if (error != std::errc{}) return false;
    at = static_cast<std::size_t>(end - text.data());
    return true;
  };
  constexpr char const* kSeparators[] = {"", "-", "-", " T", ":", ":"};
  for (; taken < 6 && at < text.size(); ++taken) {
    if (taken > 0 && std::string_view(kSeparators[taken]).find(text[at++]) == std::string_view::npos) return std::nan("");
    if (taken < 5 ? !take(part[taken]) : !take(second)) return std::nan("");
  }
  if (taken < 3 || taken == 4) return std::nan("");
  if (at < text.size() && text.substr(at) != "Z") return std::nan("");
  date::year_month_day const day{date::year(part[0]), date::month(static_cast<unsigned>(part[1])), date::day(static_cast<unsigned>(part[2]))};
  if (!day.ok() || part[3] < 0 || part[3] > 24 || part[4] < 0 || part[4] > 59 || !(second >= 0 && second < 61)) return std::nan("");
  return static_cast<double>(date::sys_days(day).time_since_epoch().count()) * 86400.0 + part[3] * 3600.0 + part[4] * 60.0 + second;
}

int hour_of_year(double seconds) {
  auto const day = date::sys_days(date::days(static_cast<long>(std::floor(seconds / 86400.0))));
  date::year_month_day const ymd(day);
  if (ymd.month() == date::February && ymd.day() == date::day(29)) return -1;
  long in_year = (day - date::sys_days(ymd.year() / date::January / 1)).count();
  if (ymd.year().is_leap() && ymd.month() > date::February) --in_year;
  return static_cast<int>(in_year * 24 + std::lround(std::floor(std::fmod(seconds, 86400.0) / 3600.0)));
}

}  // namespace aif::sim
