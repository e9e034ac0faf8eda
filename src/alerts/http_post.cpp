#include "alerts/http_post.h"

#include <format>

#include "alerts/transfer.h"
#include "alerts/url.h"
#include <curl/curl.h>

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using core::fail;

core::Status judge(const std::string& peer, long status) {
  constexpr long kNotFoundStatus = 404;
  constexpr long kTimeOutStatus = 408;
  constexpr long kGoneStatus = 410;
  constexpr long kTooManyStatus = 429;
  const auto answered = [&](ErrorCode code, std::string_view remedy) {
    return fail(code, std::format("{} answered {}{}", peer, status, remedy));
  };
  switch (status / 100) {
    case 2: return {};
    case 3:
      return answered(ErrorCode::kInvalidArgument, ", a redirect, which is not followed; enter the address it leads to");
    case 4:
      if (status == kNotFoundStatus || status == kGoneStatus) return answered(ErrorCode::kNotFound, ": nothing is there");
      if (status == kTimeOutStatus || status == kTooManyStatus) return answered(ErrorCode::kIo, "");
      return answered(ErrorCode::kInvalidArgument, ": it does not accept this; look into its log");
    default: return answered(ErrorCode::kIo, "");
  }
}

}  // namespace

core::Status http_post(const HttpPost& post, std::stop_token stop) {
  const auto url = parse_url(post.url);
  if (!url) return std::unexpected(url.error());
  auto transfer = Transfer::open({.url = post.url,
                                  .protocols = post.only_public ? "https" : "http,https",
                                  .time_out = post.time_out,
                                  .ca_file = post.ca_file,
                                  .only_public = post.only_public},
                                 std::move(stop));
  if (!transfer) return std::unexpected(transfer.error());
  CURL* curl = transfer->handle();
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post.body.data());
  transfer->add_header("Expect:");
  for (const std::string& header : post.headers) transfer->add_header(header);
  if (auto sent = transfer->perform(); !sent) return sent;
  return judge(url->peer(), transfer->answer());
}

}  // namespace vigil::alerts
