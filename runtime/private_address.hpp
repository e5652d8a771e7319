/// Which addresses are not of the Internet: of this machine, of its network, of nobody.
#pragma once

#include <string>

namespace drey {

/// `text`: an IPv4 or IPv6 address, with or without a zone. What is none counts as private.
bool is_private_address(const std::string& text);

}  // namespace drey
