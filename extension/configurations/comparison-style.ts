/** Style of the comparison's page: the colours of the user's theme, and nothing else. */
export const COMPARISON_STYLE = `
body { padding: 16px 24px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); }
h1 { font-size: 1.4em; font-weight: 600; margin: 0 0 8px; }
.verdict { font-size: 1.1em; margin: 0 0 12px; max-width: 100ch; }
.traffic { color: var(--vscode-descriptionForeground); margin: 0 0 12px; max-width: 90ch; line-height: 1.5; }
a { color: var(--vscode-textLink-foreground); margin-right: 8px; text-decoration: none; white-space: nowrap; }
a:hover, a:focus { text-decoration: underline; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 0 0 12px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 6px 16px 6px 0; white-space: nowrap; font-weight: normal; }
thead th { color: var(--vscode-descriptionForeground); border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-editorWidget-border))); }
th:first-child { padding-left: 8px; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.current { background: var(--vscode-list-inactiveSelectionBackground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
.own { margin-left: 8px; padding: 1px 6px; border-radius: 8px; font-size: 0.85em; background: var(--vscode-badge-background); color: var(--vscode-badge-foreground); }
.bad { color: var(--vscode-errorForeground); }
.tail rect { fill: var(--vscode-charts-foreground, currentColor); opacity: 0.5; }
.series-0 { fill: var(--vscode-charts-blue); } .series-1 { fill: var(--vscode-charts-green); }
.series-2 { fill: var(--vscode-charts-yellow); } .series-3 { fill: var(--vscode-charts-purple); }
.series-4 { fill: var(--vscode-charts-red); } .series-5 { fill: color-mix(in srgb, var(--vscode-charts-red) 45%, var(--vscode-charts-yellow)); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
svg { vertical-align: middle; }
.shares { width: 200px; height: 12px; }
@media (max-width: 900px) {
  body { padding: 12px; }
  th, td { padding-right: 8px; }
  .shares { width: 70px; }
  .tail, .middle { display: none; }
}
/* Beside an editor: no column may be out of sight. */
@media (max-width: 620px) {
  tbody th { white-space: normal; }
  th, td { padding-right: 10px; }
  .rare { display: none; }
}
`;
