#include "learn/mot_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <format>
#include <optional>
#include <set>
#include <utility>

#include "core/atomic_file.h"

namespace vigil::learn {
namespace {

using core::ErrorCode;
using core::fail;
using core::Result;

constexpr std::array<std::string_view, 7> kFields = {"frame", "id", "left", "top", "width", "height", "confidence"};
enum Field : std::size_t { kFrame, kId, kLeft, kTop, kWidth, kHeight, kConfidence };

constexpr double kMostFrames = 1e7;
constexpr double kMostId = 1e15;
constexpr double kMostPixels = 1e6;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// The part before `separator`, which leaves `rest` with it.
std::string_view take(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return taken;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool whole(double value, double least, double most) { return value >= least && value <= most && value == std::floor(value); }

// Values in messages stand as they stand in the file, so that they are found there.
Result<MotBox> parse_line(std::string_view line, MotFileKind kind) {
  const auto wrong = [](std::string message) { return fail(ErrorCode::kUnreadable, std::move(message)); };
  std::array<std::string_view, kFields.size()> texts = {};
  std::array<double, kFields.size()> values{};
  values[kConfidence] = 1;
  const std::size_t needed = kind == MotFileKind::kResult ? kFields.size() - 1 : kFields.size();
  std::string_view rest = line;
  for (std::size_t i = 0; i < kFields.size() && (i == 0 || !rest.empty()); ++i) {
    texts[i] = trimmed(take(rest, ','));
    const auto value = number(texts[i]);
    if (!value) return wrong(std::format("{} = '{}': must be a number", kFields[i], texts[i]));
    values[i] = *value;
    if (rest.empty() && i + 1 < needed) return wrong(std::format("'{}': {} fields, {} are needed", line, i + 1, needed));
  }
  const auto must = [&](Field field, std::string_view what) {
    return wrong(std::format("{} = {}: must {}", kFields[field], texts[field], what));
  };
  if (!whole(values[kFrame], 1, kMostFrames)) return must(kFrame, "be a whole number from 1 to 1e7");
  if (!whole(values[kId], -kMostId, kMostId)) return must(kId, "be a whole number");
  for (const Field field : {kLeft, kTop, kWidth, kHeight}) {
    if (std::abs(values[field]) > kMostPixels) return must(field, "lie in -1e6 to 1e6");
  }
  for (const Field field : {kWidth, kHeight}) {
    if (!(values[field] > 0)) return must(field, "lie above 0");
  }
  return MotBox{.frame = static_cast<int>(values[kFrame]),
                .id = static_cast<std::int64_t>(values[kId]),
                .box = {.left = static_cast<float>(values[kLeft]),
                        .top = static_cast<float>(values[kTop]),
                        .width = static_cast<float>(values[kWidth]),
                        .height = static_cast<float>(values[kHeight])},
                .confidence = static_cast<float>(values[kConfidence])};
}

}  // namespace

Result<std::vector<MotBox>> parse_mot(std::string_view text, std::string_view origin, MotFileKind kind) {
  std::vector<MotBox> boxes;
  std::set<std::pair<int, std::int64_t>> known;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(take(text, '\n'));
    if (line.empty()) continue;
    auto box = parse_line(line, kind);
    if (!box) return fail(box.error().code, std::format("{}:{}: {}", origin, number, box.error().message));
    if (kind != MotFileKind::kDetections && !known.emplace(box->frame, box->id).second) {
      return fail(ErrorCode::kUnreadable,
                  std::format("{}:{}: id {} stands twice in frame {}", origin, number, box->id, box->frame));
    }
    boxes.push_back(*box);
  }
  std::ranges::stable_sort(boxes, {}, &MotBox::frame);
  return boxes;
}

Result<std::vector<MotBox>> read_mot_file(const std::filesystem::path& path, MotFileKind kind) {
  const auto text = core::read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_mot(*text, path.string(), kind);
}

std::string format_mot(std::span<const MotBox> boxes) {
  std::string text;
  for (const MotBox& box : boxes) {
    text += std::format("{},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.4f},-1,-1,-1\n", box.frame, box.id, box.box.left, box.box.top,
                        box.box.width, box.box.height, box.confidence);
  }
  return text;
}

}  // namespace vigil::learn
