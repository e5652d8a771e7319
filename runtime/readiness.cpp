#include "runtime/readiness.hpp"

namespace drey {

namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& one : lines) text += (text.empty() ? "" : "; ") + one;
  return text;
}

}  // namespace

std::string why_not_ready(const operator_figures& figures, const rights_known& rights) {
  if (!rights.missing.empty())
    return "rights are missing: " + joined(rights.missing) +
           ". configs/install.yaml gives them all";
  if (!rights.asked)
    return "the API server has not said yet what this operator may do: " + rights.unanswered;
  if (!figures.leads) return {};
  if (!figures.unseen.empty()) return "it cannot read " + joined(figures.unseen);
  if (!figures.world_known) return "the first lists are under way";
  return {};
}

std::string remark_on(const operator_figures& figures) { return joined(figures.remarks); }

}  // namespace drey
