#include "models/cooling/problem.hpp"

namespace aif::cooling {

Diagnostic problem(std::string_view code, std::string_view path, std::string message, std::string hint) {
  Diagnostic d;
  d.code = code;
  d.path = path;
  d.message = std::move(message);
  d.hint = std::move(hint);
  return d;
}

void refuse(std::string_view code, std::string_view path, std::string message, std::string hint) {
  throw InputError(problem(code, path, std::move(message), std::move(hint)));
}

}  // namespace aif::cooling
