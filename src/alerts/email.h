// EmailSender: alerts as mails over SMTP: plain text, HTML, and the poster as an attachment.
//
// One mail to all recipients; an address that the server refuses does not keep the others from getting it.
#pragma once

#include "alerts/channel_sender.h"

namespace vigil::alerts {

class EmailSender : public ChannelSender {
 public:
  EmailSender(EmailConfig config, SenderOptions options);

  core::Status send(const Notice& notice, std::stop_token stop) override;

 private:
  const EmailConfig config_;
  const SenderOptions options_;
};

}  // namespace vigil::alerts
