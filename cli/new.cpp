// new [NAME]: a commented scenario from a template, with the schema that editors complete it with.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/embedded.hpp"
#include "cli/verbs.hpp"
#include "core/write_file.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/manual.hpp"

namespace aif::cli {
namespace {

struct NewOptions {
  std::string name = "site", chosen = "blank";
  bool list = false;
};

// What the first comment line of a template says.
std::string title_of(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] == '#') {
    std::size_t const end = std::min(text.find('\n', at), text.size());
    std::string_view const line = text.substr(at, end - at);
    if (line.find("yaml-language-server") == std::string_view::npos) return std::string(line.substr(std::min<std::size_t>(2, line.size())));
    at = end + 1;
  }
  return {};
}

[[noreturn]] void refuse_new(std::string code, std::string message, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {}, std::move(hint), 1});
}

int list_templates() {
  for (auto const& file : embedded_files())
    if (file.name.ends_with(".yaml")) std::fputs(fmt::format("{:<20} {}\n", file.name.substr(0, file.name.size() - 5), title_of(file.text)).c_str(), stdout);
  return kSuccess;
}

std::string named(std::string text, std::string const& name) {
  std::size_t const at = text.find("\nname: ");
  if (at != std::string::npos) text.replace(at + 7, text.find('\n', at + 1) - at - 7, name);
  return text;
}

int create(NewOptions const& options) {
  std::vector<std::string> known;
  for (auto const& file : embedded_files()) {
    if (!file.name.ends_with(".yaml")) continue;
    std::string const id(file.name.substr(0, file.name.size() - 5));
    known.push_back(id);
    if (id != options.chosen) continue;
    std::filesystem::path const given(options.name);
    std::string const stem = given.extension() == ".yaml" ? given.stem().string() : given.filename().string();
    std::filesystem::path const folder = given.parent_path(), target = folder / (stem + ".yaml");
    std::error_code problem;
    if (std::filesystem::exists(target, problem)) refuse_new("AF5004", fmt::format("`{}` is there already", target.string()), "choose another name; nothing is overwritten");
    write_file(target.string(), named(std::string(file.text), stem));
    write_file((folder / ".aifactory/scenario-v1.schema.json").string(), sim::scenario_schema(sim::scenario_type()));
    std::printf("%s\n", target.string().c_str());
    return kSuccess;
  }
  std::string const near = did_you_mean(options.chosen, known);
  refuse_new("AF5005", fmt::format("no template `{}`", options.chosen), near.empty() ? fmt::format("templates: {}", fmt::join(known, ", ")) : fmt::format("did you mean `{}`?", near));
}

}  // namespace

void add_new(CLI::App& app, Frame& frame) {
  auto const options = std::make_shared<NewOptions>();
  CLI::App* verb = frame.verb(app, "new", "Write a scenario to start from", [options] { return options->list ? list_templates() : create(*options); });
  verb->add_option("NAME", options->name, "Name of the scenario; the file is NAME.yaml")->capture_default_str();
  verb->add_option("--template", options->chosen, "Template to copy")->capture_default_str();
  verb->add_flag("--list", options->list, "List the templates");
}

}  // namespace aif::cli
