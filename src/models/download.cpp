#include "models/download.h"

#include <cstdio>
#include <format>
#include <memory>
#include <mutex>

#include <curl/curl.h>

namespace vigil::models {
namespace {

namespace fs = std::filesystem;
using core::ErrorCode;
using core::fail;

constexpr long kConnectSeconds = 30;
constexpr long kStalledSeconds = 60;  // with less than a byte a second
constexpr long kMostRedirects = 8;
constexpr long kNotFoundStatus = 404;
constexpr long kGoneStatus = 410;
constexpr long kRangeStatus = 416;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct CloseCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// What curl's calls back need.
struct Receiving {
  std::FILE* file = nullptr;
  std::uint64_t size = 0;
  std::uint64_t have = 0;  // bytes in the file
  bool too_much = false;
  bool disk_failed = false;
  const core::ProgressSink* progress = nullptr;
  std::stop_token stop;
};

std::size_t receive(const char* data, std::size_t, std::size_t count, void* user) {
  auto& receiving = *static_cast<Receiving*>(user);
  if (receiving.have + count > receiving.size) {
    receiving.too_much = true;
    return CURL_WRITEFUNC_ERROR;
  }
  if (std::fwrite(data, 1, count, receiving.file) != count) {
    receiving.disk_failed = true;
    return CURL_WRITEFUNC_ERROR;
  }
  receiving.have += count;
  return count;
}

int look(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& receiving = *static_cast<Receiving*>(user);
  if (receiving.progress && *receiving.progress) {
    constexpr double kMega = 1e6;
    (*receiving.progress)({.done = static_cast<double>(receiving.have) / kMega,
                           .total = static_cast<double>(receiving.size) / kMega,
                           .unit = "MB",
                           .note = {}});
  }
  return receiving.stop.stop_requested() ? 1 : 0;
}

core::Status failure(const std::string& url, CURLcode code, long status, const Receiving& receiving, const char* detail) {
  const auto because = [&](ErrorCode kind, const std::string& why) { return fail(kind, std::format("{}: {}", url, why)); };
  if (receiving.too_much) {
    return because(ErrorCode::kUnreadable,
                   std::format("the file is larger than {} bytes, so it is not the one meant", receiving.size));
  }
  if (receiving.disk_failed) return because(ErrorCode::kIo, "the disk took no more");
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK: return because(ErrorCode::kCancelled, "interrupted");
    case CURLE_OPERATION_TIMEDOUT: return because(ErrorCode::kTimedOut, "no answer in time");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return because(ErrorCode::kInvalidArgument, "not an address that can be fetched");
    case CURLE_FILE_COULDNT_READ_FILE: return because(ErrorCode::kNotFound, "no such file");
    case CURLE_HTTP_RETURNED_ERROR: {
      const bool missing = status == kNotFoundStatus || status == kGoneStatus;
      return because(missing ? ErrorCode::kNotFound : ErrorCode::kIo, std::format("the server answered {}", status));
    }
    default: return because(ErrorCode::kIo, *detail ? detail : curl_easy_strerror(code));
  }
}

// `knows_parts`: false where the rest of what is here could not be had.
core::Status go_on(const Download& wanted, const core::ProgressSink& progress, const std::stop_token& stop,
                   bool& knows_parts) {
  std::error_code unknown;
  std::uint64_t have = fs::file_size(wanted.target, unknown);
  if (unknown) have = 0;
  if (!unknown && have == wanted.size) return {};
  if (have > wanted.size) have = 0;

  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(wanted.target.c_str(), have > 0 ? "ab" : "wb"));
  if (!file) return fail(ErrorCode::kIo, std::format("cannot write {}", wanted.target.string()));
  const std::unique_ptr<CURL, CloseCurl> curl(curl_easy_init());
  if (!curl) return fail(ErrorCode::kInternal, "curl could not be started");
  Receiving receiving{.file = file.get(), .size = wanted.size, .have = have, .progress = &progress, .stop = stop};
  char detail[CURL_ERROR_SIZE] = "";
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
  set(CURLOPT_URL, wanted.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https,file");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, kMostRedirects);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
  set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(have));
  set(CURLOPT_ERRORBUFFER, detail);
  set(CURLOPT_WRITEFUNCTION, &receive);
  set(CURLOPT_WRITEDATA, &receiving);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &look);
  set(CURLOPT_XFERINFODATA, &receiving);
  const CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  knows_parts = code != CURLE_RANGE_ERROR && !(code == CURLE_HTTP_RETURNED_ERROR && status == kRangeStatus);
  if (code != CURLE_OK) return failure(wanted.url, code, status, receiving, detail);
  if (std::fflush(file.get()) != 0) return fail(ErrorCode::kIo, std::format("cannot write {}", wanted.target.string()));
  if (receiving.have == wanted.size) return {};
  return fail(ErrorCode::kUnreadable,
              std::format("{}: {} bytes came, {} are expected", wanted.url, receiving.have, wanted.size));
}

}  // namespace

core::Status download(const Download& wanted, const core::ProgressSink& progress, std::stop_token stop) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  bool knows_parts = true;
  auto done = go_on(wanted, progress, stop, knows_parts);
  if (knows_parts) return done;
  // The server gives all or nothing, or what lies here is no beginning of that file.
  std::error_code ignored;
  fs::remove(wanted.target, ignored);
  return go_on(wanted, progress, stop, knows_parts);
}

}  // namespace vigil::models
