/** Style of the page: the colours of the user's theme, and nothing else. */
export const SIMULATION_STYLE = `
body { padding: 16px 24px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); max-width: 1100px; }
h1 { font-size: 1.4em; font-weight: 600; margin: 0 0 8px; }
.verdict { font-size: 1.1em; margin: 0 0 12px; max-width: 100ch; line-height: 1.5; }
.about { color: var(--vscode-descriptionForeground); margin: 0 0 12px; max-width: 100ch; line-height: 1.5; }
.note { margin: 0 0 8px; padding: 4px 8px; border-left: 3px solid var(--vscode-editorWarning-foreground); }
a { color: var(--vscode-textLink-foreground); text-decoration: none; white-space: nowrap; }
a:hover, a:focus { text-decoration: underline; }
.choices { display: grid; grid-template-columns: max-content 1fr; gap: 6px 16px; margin: 0 0 12px; }
dt { color: var(--vscode-descriptionForeground); } dd { display: flex; flex-wrap: wrap; gap: 0 12px; margin: 0; line-height: 1.5; }
.figures { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; padding: 0; margin: 16px 0 8px; font-variant-numeric: tabular-nums; }
.chart { margin: 0 0 16px; }
.chart svg { display: block; width: 100%; height: 200px; }
.axis { display: flex; justify-content: space-between; color: var(--vscode-descriptionForeground); font-size: 0.9em; padding-top: 4px; }
.success { fill: var(--vscode-charts-green); } .failure { fill: var(--vscode-charts-red); }
/* As in the topology; the orange of charts is half transparent in most themes. */
.timeout { fill: color-mix(in srgb, var(--vscode-charts-red) 45%, var(--vscode-charts-yellow)); }
.short-circuit { fill: var(--vscode-charts-purple); } .rejected { fill: var(--vscode-charts-blue); }
rect.state-closed, rect.state-held-closed { fill: var(--vscode-charts-green); }
rect.state-open, rect.state-forced-open { fill: var(--vscode-charts-red); }
rect.state-half-open { fill: var(--vscode-charts-yellow); }
.mark { padding: 1px 6px; border-radius: 8px; border: 1px solid currentColor; font-size: 0.9em; }
.mark.state-closed, .mark.state-held-closed { color: var(--vscode-charts-green); }
.mark.state-open, .mark.state-forced-open { color: var(--vscode-charts-red); }
.mark.state-half-open { color: var(--vscode-charts-yellow); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 6px 16px 6px 0; font-weight: normal; vertical-align: top; }
thead th { color: var(--vscode-descriptionForeground); border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-editorWidget-border))); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.states { white-space: nowrap; } .why { min-width: 30ch; }
@media (max-width: 700px) {
  body { padding: 12px; }
  .choices { grid-template-columns: 1fr; gap: 2px; } dd { margin-bottom: 8px; }
  th, td { padding-right: 8px; }
  .why { min-width: 16ch; } .states { white-space: normal; }
}
`;
