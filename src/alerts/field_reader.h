// FieldReader: reads the members of a JSON object strictly. Each is asked for by name; what is of another type, out of range
// or not asked for at all is an error that names it, says what it is, and what it may be.
//
//   auto fields = FieldReader::parse(json, "channel");
//   const std::string host = fields->text("host", {.otherwise = "localhost"});
//   const std::int64_t port = fields->integer("port", {.low = 1, .high = 65535, .otherwise = 1883});
//   if (auto read = fields->finish(); !read) return std::unexpected(read.error());
//
// The first error is kept until finish(); values read after it mean nothing. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace vigil::alerts {

class FieldReader {
 public:
  // `what` stands before each message. Errors: kInvalidArgument (not JSON, not an object).
  static core::Result<FieldReader> parse(std::string_view json, std::string_view what);

  struct Text {
    std::optional<std::string> otherwise = {};  // nothing: the member must be there
    std::size_t longest = 200;                  // bytes
    bool secret = false;                        // never shown in a message
  };
  std::string text(const std::string& key, const Text& allowed);

  struct Integer {
    std::int64_t low = 0, high = 0;
    std::optional<std::int64_t> otherwise = {};
  };
  std::int64_t integer(const std::string& key, const Integer& allowed);

  struct Number {
    double low = 0, high = 1;
    std::optional<double> otherwise = {};
  };
  double number(const std::string& key, const Number& allowed);

  bool flag(const std::string& key, bool otherwise);
  std::string choice(const std::string& key, const std::vector<std::string>& allowed, std::optional<std::string> otherwise);

  // Lists; empty where the member is missing.
  std::vector<std::string> texts(const std::string& key);
  std::vector<std::int64_t> integers(const std::string& key);

  // An object within this one; nothing where it is missing or null. Its finish() is not needed.
  std::optional<FieldReader> part(const std::string& key);

  // Notes that what `key` holds cannot be, as `why` says.
  void refuse(const std::string& key, const std::string& why);

  // Errors: kInvalidArgument: the first thing wrong, or else a member that was not asked for.
  core::Status finish();

 private:
  struct Node;
  explicit FieldReader(std::shared_ptr<Node> node) : node_(std::move(node)) {}

  std::shared_ptr<Node> node_;
};

}  // namespace vigil::alerts
