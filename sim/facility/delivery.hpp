#pragma once
// Phases -> delivered share of every pod and import capacity, by day of the as-delivered calendar. Racks of a phase arrive at
// its date, come up at its ramp, and enter production after burn-in; a pod that no phase names is there on the first day.

#include "sim/facility/facility.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

// Adds AF2820 (unknown path or pod), AF2821 (date), AF2822 (value) to `problems`.
DeliveryCalendar make_delivery(Scenario const& scenario, std::vector<RackGroup> const& groups, DiagnosticList& problems);

// 1 January of the year of a date; its hours are those of weather, price, carbon and demand.
std::string first_of_january(std::string const& date);
// Of a date that parse_date takes; Monday is 0.
int weekday_of(std::string const& date);

// Days from 1970-01-01 of "2027-03-01" (proleptic Gregorian calendar); false when it is no date.
bool parse_date(std::string const& text, long& days);
// Day of a year of 365 days, from 0: 29 February counts as the 28th.
std::size_t day_of_year(long days);

}  // namespace aif::sim
