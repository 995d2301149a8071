#pragma once
// People as a resource: roles with a head count that follows what they look after, the hours they work, and what they cost.
//   heads = fixed + per_site sites + per_1000_devices devices / 1000 + per_model models + per_domain domains
//   at work = heads x hours a week / 168 x productive share      (mean over the week; round-the-clock cover needs 168 / hours heads a post)
// Head counts of the new roles (operations of models, evaluation, governance, integration, supervision) have no public source:
// library/roles marks them as assumptions. Neglects: hiring, training, shifts that follow the demand.

#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"

namespace aif::economics {

struct RoleParams {
  std::string id, title;
  double fixed = 0, per_site = 0, per_1000_devices = 0, per_model = 0, per_domain = 0;
  double hours_per_week = 40, productive_frac = 0.8, cost_usd_per_s = 0;
  double minimum = 0;

  static constexpr auto fields() {
    using R = RoleParams;
    auto const heads = [](std::string_view key, double R::*member, std::string_view doc) { return field(key, member, Kind::number, 0.0, 1e7, doc, "none"); };
    return FieldList{
        field("id", &R::id, "Name of the role; stages of products and checks of models name it.").required(),
        field("title", &R::title, "What they do, for people."),
        heads("fixed", &R::fixed, "Heads whatever the site does."), heads("per_site", &R::per_site, "Heads of a site."),
        heads("per_1000_devices", &R::per_1000_devices, "Heads for a thousand accelerators."), heads("per_model", &R::per_model, "Heads for a model in production."),
        heads("per_domain", &R::per_domain, "Heads for a product that is offered."),
        heads("minimum", &R::minimum, "Fewest heads, for round-the-clock cover."),
        field("hours_per_week", &R::hours_per_week, Kind::number, 0.0, 168.0, "Paid hours of a head in a week.", "assumption"),
        field("productive", &R::productive_frac, Kind::fraction, 0.0, 1.0, "Share of them spent on the work itself.", "assumption"),
        field("cost", &R::cost_usd_per_s, Kind::money_per_time, 0.0, 1.0, "Loaded cost of a head.", "assumption")};
  }
};

// What the heads follow.
struct PeopleDrivers {
  double sites = 1, devices = 0, models = 0, domains = 0;
};

double heads(RoleParams const& role, PeopleDrivers const& drivers);
double at_work(RoleParams const& role, PeopleDrivers const& drivers);  // full-time equivalents, mean over the week
double cost_usd_year(RoleParams const& role, PeopleDrivers const& drivers);

// A gate that a new model passes before it may serve: people test it for so many hours; until then the old one stays.
// M/D/1 of equal tests: seconds from release to service at so many releases a year; infinite when the testers cannot keep up.
double gate_wait_s(double work_s, double testers_at_work, double releases_per_s);

}  // namespace aif::economics
