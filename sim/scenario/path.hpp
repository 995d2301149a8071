#pragma once
// Dotted paths into a document: `cooling.liquid.supply`, `halls.hall-a.pods.nvl-a.count`. A word is a key of a map or the id
// of a list entry; keys with dots in them are found too. Short form: `pods.nvl-a.count` when only one place of the document fits.

#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"

namespace aif::sim {

std::vector<std::string> split_path(std::string_view path);
std::string join_path(std::vector<std::string> const& words, std::size_t first, std::size_t last);

// Where a walk along a path ended.
struct Walk {
  DocNode* node = nullptr;     // deepest node reached; null when not even the first word was found
  std::size_t used = 0;        // words that were found
  std::string full_path;       // of `node`, from the root
  std::vector<std::string> ambiguous;  // full paths, when the short form fits several places
  bool complete(std::vector<std::string> const& words) const { return node && used == words.size(); }
};

// Follows the words from the root; else, by the short form, from the only node that knows the first word.
Walk walk_path(DocNode& root, std::vector<std::string> const& words);

// The node at a path, null when there is none or several.
DocNode const* find_path(DocNode const& root, std::string_view path);

// Keys of a map, ids of a list: what could follow.
std::vector<std::string> names_below(DocNode const& node);
// The same below every node of that name, wherever it stands.
std::vector<std::string> names_after(DocNode const& root, std::string const& word);

}  // namespace aif::sim
