#pragma once
// What a long study has done, one JSON line each, never rewritten. The first line says which study it is; rows follow in the order of their
// numbers, each written only when all before it are, so that a journal that was killed and resumed has the bytes of one that was not.

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace aif::sim {

class Journal {
 public:
  // A new journal; AF2910 when one stands there already, AF5002 when it cannot be written.
  static Journal create(std::string const& path, std::string const& head);
  // Opens one that has this head and reads its rows; a last line that a kill cut short is taken off. AF2911 when the head is another.
  // Makes a new one where there is none.
  static Journal resume(std::string const& path, std::string const& head);

  std::vector<std::string> const& rows() const { return rows_; }  // of earlier runs, in order
  // From any thread, each number once, counting on from rows().size(). Throws InputError AF5002 when the disk is full.
  void add(std::size_t number, std::string row);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Journal(std::string path, std::FILE* file, std::vector<std::string> rows);
  void write(std::string const& line);

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<std::string> rows_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  std::size_t next_ = 0;
  std::map<std::size_t, std::string> early_;  // rows that wait for one before them
};

}  // namespace aif::sim
