// The report's style sheet. Text has a contrast of at least 4.5:1 against what it stands on, bars
// of 3:1. Service and outage differ in lightness, and outages are striped: both can be told apart
// by those who do not see red and green, and on paper.
#include "sim/report/html_chart.hpp"

namespace drey::sim {

namespace {

constexpr std::string_view colours = R"css(
:root {
  --page: #ffffff; --card: #f5f6f8; --ink: #1a1d23; --soft: #5b6370; --line: #d9dde3;
  --grid: #e4e7ec; --lane: #fafbfc;
  --running: #4aa083; --starting: #b87d00; --outage: #b3162a; --stripe: #6d0815;
  --restored: #1257c9; --savepoint: #7a2fc0; --warning: #b26a00; --pin: #3d4452;
  --good: #17714a; --good-back: #e2f4ea; --bad: #b01f2f; --bad-back: #fce6e8;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1d2128; --ink: #e8eaee; --soft: #a3acba; --line: #353b46;
    --grid: #262b33; --lane: #191d23;
    --running: #2c7d5c; --starting: #d9a92f; --outage: #ff7b86; --stripe: #a32634;
    --restored: #7db1ff; --savepoint: #c795ff; --warning: #f0a83c; --pin: #c3cad6;
    --good: #6fd6a3; --good-back: #143325; --bad: #ff8d97; --bad-back: #3d171b;
  }
}
)css";

constexpr std::string_view page = R"css(* { box-sizing: border-box; }
body { margin: 0 auto; padding: 20px 28px 40px; max-width: 1440px; background: var(--page);
  color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 22px; margin: 0; }
h2 { font-size: 16px; margin: 26px 0 8px; }
.head { display: flex; gap: 18px; align-items: center; flex-wrap: wrap; }
.verdict { font-weight: 700; font-size: 20px; padding: 5px 16px; border-radius: 7px; }
.held { color: var(--good); background: var(--good-back); }
.violated { color: var(--bad); background: var(--bad-back); }
.soft { color: var(--soft); }
.summary { margin: 8px 0 14px; }
code { font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--card);
  padding: 2px 6px; border-radius: 4px; }
.broken { border-left: 4px solid var(--bad); background: var(--bad-back); padding: 8px 14px;
  margin: 8px 0; }
.figures { display: flex; flex-wrap: wrap; gap: 8px; margin: 14px 0; }
.figure { background: var(--card); border-radius: 7px; padding: 8px 12px; min-width: 92px; }
.figure b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
.figure span { color: var(--soft); font-size: 13px; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 36px; align-items: start; }
@media (max-width: 1000px) { .columns { grid-template-columns: 1fr; } }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 13px; }
th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.who { white-space: nowrap; }
td.yes { color: var(--good); font-weight: 700; width: 1.6em; }
td.no { color: var(--bad); font-weight: 700; width: 1.6em; }
.tone-outage, .tone-bad { color: var(--bad); } .tone-warning { color: var(--warning); }
.tone-good, .tone-recovered { color: var(--good); }
.disc { display: inline-block; min-width: 20px; height: 20px; border-radius: 10px; padding: 0 5px;
  background: var(--pin); color: var(--page); font-size: 12px; line-height: 20px; font-weight: 700;
  text-align: center; }
summary { cursor: pointer; font-weight: 600; font-size: 16px; margin: 26px 0 8px; }
)css";

constexpr std::string_view chart = R"css(svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font-size: 12px; }
svg .soft { fill: var(--soft); }
svg .group { fill: var(--soft); font-size: 11px; font-weight: 700; }
svg .strip { fill: var(--lane); }
svg .grid { stroke: var(--grid); }
svg .hair { stroke: var(--pin); stroke-dasharray: 2 4; opacity: .55; }
svg .pin { fill: var(--pin); }
svg .pin-text, svg .violation-text { fill: var(--page); font-size: 11px; font-weight: 700; }
svg .tick { stroke: var(--warning); }
svg .violation { stroke: var(--bad); stroke-width: 2; }
svg .violation-flag { fill: var(--bad); }
svg .running { fill: var(--running); }
svg .starting { fill: url(#starting); stroke: var(--starting); }
svg .starting-back { fill: var(--starting); opacity: .25; }
svg .starting-line { stroke: var(--starting); }
svg .outage { fill: url(#outage); stroke: var(--outage); }
svg .outage-back { fill: var(--outage); }
svg .outage-line { stroke: var(--stripe); }
svg .restored { fill: var(--restored); }
svg .savepoint { fill: var(--savepoint); }
svg .bad { fill: var(--bad); }
svg .warning { fill: var(--warning); }
svg .finished { fill: var(--ink); }
svg .mark { stroke: var(--page); stroke-width: 1.5; paint-order: stroke; }
svg .length { font-size: 11px; font-weight: 700; fill: var(--bad); }
svg .halo { stroke: var(--page); stroke-width: 3; paint-order: stroke; stroke-linejoin: round; }
)css";

constexpr std::string_view print = R"css(@media print {
  :root { --page: #ffffff; --ink: #000000; --soft: #444444; --card: #f2f2f2; --lane: #fafafa; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 11px; }
  @page { size: A4 landscape; margin: 12mm; }
  tr, .figure, svg { break-inside: avoid; }
}
)css";

}  // namespace

std::string style_sheet() {
  std::string all;
  for (const auto part : {colours, page, chart, print}) all += part;
  return all;
}

}  // namespace drey::sim
