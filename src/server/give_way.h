// Threads that serve people give way to those that watch cameras, where both want the same core: a page may come a moment
// later, a picture that is not looked at is lost.
#pragma once

namespace vigil::server {

// From here on, for the calling thread.
void give_way();

}  // namespace vigil::server
