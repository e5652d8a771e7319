/// What follows from each reason that drey's conditions give, and what a person can do about it.
#pragma once

#include <string_view>

#include "protocol/kube_call.hpp"

namespace drey {

struct reason_row {
  std::string_view reason;
  std::string_view next;
  std::string_view remedy;
};

/// Of a reason that nobody has listed: that it is looked at again.
const reason_row& row_of_reason(object_kind kind, std::string_view reason);

}  // namespace drey
