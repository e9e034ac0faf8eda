#include "alerts/addresses.h"

#include <gtest/gtest.h>

namespace vigil::alerts {
namespace {

TEST(Addresses, of_the_internet_are_public) {
  for (const char* address : {"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700::1111",
                              "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"}) {
    EXPECT_TRUE(is_public_address(address)) << address;
  }
}

TEST(Addresses, of_machines_and_local_networks_are_not) {
  for (const char* address : {"127.0.0.1",
                              "127.255.255.254",
                              "0.0.0.0",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "198.18.0.1",
                              "::1",
                              "::",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::127.0.0.1",
                              "2002:7f00:1::",
                              "2001::1",
                              "2001:db8::1",
                              "::127.0.0.1",
                              "fec0::1",
                              "localhost",
                              "",
                              "1.2.3"}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
}

}  // namespace
}  // namespace vigil::alerts
