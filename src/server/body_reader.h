// BodyReader: the JSON object of a request's body, read strictly: what is missing, of another type or not known is a
// Problem that names the field.
//
//   BodyReader body = call.body();
//   const std::string name = body.text("name");
//   const auto role = body.optional_text("role");
//   body.done();                               // nothing else may be in it
//
// Throws Problem 400 (no JSON object), 422. A value; free of Drogon.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace vigil::server {

class BodyReader {
 public:
  static constexpr std::size_t kLongestText = 20'000;  // bytes of one text

  static BodyReader parse(std::string_view bytes);

  std::string text(const std::string& field);
  std::optional<std::string> optional_text(const std::string& field);
  std::optional<bool> optional_flag(const std::string& field);
  bool flag(const std::string& field);
  std::optional<double> optional_real(const std::string& field);
  std::optional<std::int64_t> optional_number(const std::string& field);
  std::optional<std::vector<std::int64_t>> optional_numbers(const std::string& field);

  // Any JSON; nothing where it is absent.
  std::optional<nlohmann::ordered_json> optional_json(const std::string& field);
  nlohmann::ordered_json json(const std::string& field);

  void done() const;

 private:
  const nlohmann::ordered_json* find(const std::string& field);
  [[noreturn]] static void wrong(const std::string& field, const std::string& wanted);
  [[noreturn]] static void missing(const std::string& field);

  nlohmann::ordered_json object_;
  std::set<std::string> known_;
};

}  // namespace vigil::server
