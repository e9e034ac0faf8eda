// Review: what people decided about an event, and the words for it in the database and in files.
#pragma once

#include <string_view>

namespace vigil::archive {

enum class Review { kNew, kKept, kDismissed };

std::string_view to_string(Review review);  // "new", "kept", "dismissed"
Review review_of(std::string_view text);    // kNew for anything else

}  // namespace vigil::archive
