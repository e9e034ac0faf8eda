#include "alerts/transfer.h"

#include <array>
#include <format>
#include <mutex>

#include "alerts/addresses.h"
#include "alerts/url.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vigil::alerts {
namespace {

using core::ErrorCode;
using core::fail;

struct CloseCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.sa_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  if (address.sa_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return bytes && inet_ntop(address.sa_family, bytes, text.data(), text.size()) ? text.data() : "";
}

std::size_t discard(const char*, std::size_t, std::size_t count, void*) { return count; }

int look(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace

struct Transfer::Impl {
  std::unique_ptr<CURL, CloseCurl> curl;
  std::unique_ptr<curl_slist, FreeList> headers;
  std::stop_token stop;
  std::string peer;
  std::chrono::milliseconds time_out{};
  std::string refused;  // a private address
  std::array<char, CURL_ERROR_SIZE> detail{};

  // What is connected to is what is judged, so that no name can change its meaning in between.
  static curl_socket_t open_public(void* user, curlsocktype, curl_sockaddr* address) {
    const std::string text = text_of(address->addr);
    if (is_public_address(text)) return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    static_cast<Impl*>(user)->refused = text;
    return CURL_SOCKET_BAD;
  }

  core::Status failure(CURLcode code) const {
    const auto because = [&](ErrorCode kind, std::string_view why) { return fail(kind, std::format("{}: {}", peer, why)); };
    if (!refused.empty()) {
      return because(ErrorCode::kInvalidArgument,
                     std::format("its address {} is not one of the internet, and may not be reached from here", refused));
    }
    const std::string why = detail[0] != '\0' ? detail.data() : curl_easy_strerror(code);
    switch (code) {
      case CURLE_ABORTED_BY_CALLBACK: return because(ErrorCode::kCancelled, "interrupted");
      case CURLE_OPERATION_TIMEDOUT:
        return because(ErrorCode::kTimedOut,
                       std::format("no answer within {} ms; is it running, and may it be reached?", time_out.count()));
      case CURLE_UNSUPPORTED_PROTOCOL:
      case CURLE_URL_MALFORMAT: return because(ErrorCode::kInvalidArgument, "this kind of address cannot be used here");
      case CURLE_PEER_FAILED_VERIFICATION:
        return because(ErrorCode::kInvalidArgument, std::format("its certificate is not believed: {}", why));
      case CURLE_USE_SSL_FAILED:
        return because(ErrorCode::kInvalidArgument, "it offers no encryption (STARTTLS), and that is required");
      case CURLE_LOGIN_DENIED: return because(ErrorCode::kInvalidArgument, "it refuses the user name or the password");
      default: return because(ErrorCode::kIo, why);
    }
  }
};

Transfer::Transfer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transfer::~Transfer() = default;
Transfer::Transfer(Transfer&& other) noexcept = default;

core::Result<Transfer> Transfer::open(const TransferOptions& options, std::stop_token stop) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const auto url = parse_url(options.url);
  if (!url) return std::unexpected(url.error());
  auto impl = std::make_unique<Impl>();
  impl->curl.reset(curl_easy_init());
  if (!impl->curl) return fail(ErrorCode::kInternal, "curl could not be started");
  impl->stop = std::move(stop);
  impl->peer = url->peer();
  impl->time_out = options.time_out;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(impl->curl.get(), option, value); };
  set(CURLOPT_URL, options.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, options.protocols.c_str());
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs is left behind
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.time_out.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.time_out.count()));
  set(CURLOPT_USERAGENT, "Vigil/" VIGIL_VERSION);
  set(CURLOPT_ERRORBUFFER, impl->detail.data());
  set(CURLOPT_WRITEFUNCTION, &discard);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &look);
  set(CURLOPT_XFERINFODATA, &impl->stop);
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (options.only_public) {
    set(CURLOPT_PROXY, "");  // a proxy would reach what is not looked at here
    set(CURLOPT_OPENSOCKETFUNCTION, &Impl::open_public);
    set(CURLOPT_OPENSOCKETDATA, impl.get());
  }
  return Transfer(std::move(impl));
}

void* Transfer::handle() { return impl_->curl.get(); }

void Transfer::add_header(const std::string& header) {
  curl_slist* longer = curl_slist_append(impl_->headers.get(), header.c_str());
  if (!longer) return;
  static_cast<void>(impl_->headers.release());
  impl_->headers.reset(longer);
}

core::Status Transfer::perform() {
  curl_easy_setopt(impl_->curl.get(), CURLOPT_HTTPHEADER, impl_->headers.get());
  const CURLcode code = curl_easy_perform(impl_->curl.get());
  if (code == CURLE_OK) return {};
  return impl_->failure(code);
}

long Transfer::answer() const {
  long code = 0;
  curl_easy_getinfo(impl_->curl.get(), CURLINFO_RESPONSE_CODE, &code);
  return code;
}

}  // namespace vigil::alerts
