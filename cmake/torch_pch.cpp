// Carries the precompiled torch header that the torch rooms and their tests share.
