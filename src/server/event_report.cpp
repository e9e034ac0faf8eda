#include "server/event_report.h"

#include <format>

#include <drogon/utils/Utilities.h>

#include "archive/event_store.h"
#include "core/atomic_file.h"
#include "server/problem.h"
#include "server/response.h"

namespace vigil::server {
namespace {

constexpr std::uint64_t kLargestInPage = 64 << 20;  // bytes of one file

void replace_all(std::string& text, const std::string& old, const std::string& with) {
  for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + with.size())) {
    text.replace(at, old.size(), with);
  }
}

std::string read(archive::BlobStore& files, const std::string& key, const std::string& what) {
  const auto path = files.local_path(key);
  const auto bytes = path ? core::read_file(*path) : std::unexpected(path.error());
  if (!bytes) nothing_here(what);
  return *bytes;
}

}  // namespace

std::string complete_report(archive::BlobStore& files, const archive::StoredEvent& event) {
  std::string page = read(files, archive::EventStore::key(event, kReportFile), std::format("page of event {}", event.id));
  const std::string folder = archive::EventStore::key(event, "");
  for (const archive::BlobInfo& blob : take(files.list(folder.substr(0, folder.size() - 1)))) {
    const std::string name = blob.key.substr(folder.size());
    const bool shown = name.ends_with(".jpg") || name.ends_with(".mp4");
    if (!shown || blob.size > kLargestInPage) continue;
    const std::string bytes = read(files, blob.key, name);
    replace_all(
        page, std::format("\"file\":\"{}\"", name),
        std::format("\"file\":\"data:{};base64,{}\"", media_type(name),
                    drogon::utils::base64Encode(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())));
  }
  return page;
}

}  // namespace vigil::server
