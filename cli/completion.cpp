// completion bash|zsh|fish: a script from the command tree; values after --set, explain and library show come from the
// program itself by the hidden verb __complete.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/verbs.hpp"
#include "sim/metrics.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::cli {
namespace {

constexpr char const* kBash = R"sh(_aifactory() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(aifactory __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o nosort -F _aifactory aifactory
)sh";

constexpr char const* kZsh = R"sh(#compdef aifactory
_aifactory() {
  local -a found
  found=("${(@f)$(aifactory __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found || _files
}
compdef _aifactory aifactory
)sh";

constexpr char const* kFish = R"sh(complete -c aifactory -a '(aifactory __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
)sh";

std::vector<std::string> scenario_paths() {
  std::vector<std::string> out;
  list_paths(sim::scenario_type(), "", out);
  for (auto& path : out) std::erase_if(path, [](char c) { return c == '[' || c == ']'; });
  return out;
}

std::vector<std::string> names_of(CLI::App const& verb) {
  std::vector<std::string> out;
  for (auto const* sub : verb.get_subcommands([](CLI::App const*) { return true; }))
    if (!sub->get_name().starts_with("__")) out.push_back(sub->get_name());
  for (auto const* option : verb.get_options())
    for (auto const& name : option->get_lnames()) out.push_back("--" + name);
  return out;
}

// What may follow the words; the last one is being typed.
std::vector<std::string> candidates(CLI::App const& app, std::vector<std::string> const& words) {
  CLI::App const* verb = &app;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    for (auto const* sub : verb->get_subcommands([](CLI::App const*) { return true; }))
      if (sub->get_name() == words[i]) {
        verb = sub;
        break;
      }
  std::string const before = words.size() >= 2 ? words[words.size() - 2] : "";
  if (before == "--set" || before == "explain") {
    auto out = scenario_paths();
    if (before == "explain")
      for (auto const& metric : sim::site_metrics()) out.emplace_back(metric.id);
    return out;
  }
  if (before == "show" || before == "list") return sim::Library().references();
  auto out = names_of(*verb);
  if (verb != &app)
    for (auto const& global : names_of(app))
      if (global.starts_with("--")) out.push_back(global);
  return out;
}

int print_script(std::string const& shell) {
  std::fputs(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish, stdout);
  return kSuccess;
}

}  // namespace

void add_completion(CLI::App& app, Frame& frame) {
  auto const shell = std::make_shared<std::string>();
  frame.verb(app, "completion", "Completion script of a shell", [shell] { return print_script(*shell); })
      ->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  CLI::App* complete = app.add_subcommand("__complete", "")->group("")->prefix_command()->fallthrough(false);
  complete->callback([&app, &frame, complete] {
    frame.action = [&app, complete] {
      auto words = complete->remaining();
      if (words.empty()) words.emplace_back();
      for (auto const& word : candidates(app, words))
        if (word.starts_with(words.back())) std::printf("%s\n", word.c_str());
      return kSuccess;
    };
  });
}

}  // namespace aif::cli
