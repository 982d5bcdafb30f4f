import { colourClasses, colourProperties } from './palette.js';

const LIGHT = `--page:#ffffff;--panel:#f5f6f7;--text:#1b1f23;--soft:#57606a;--line:#d5d9de;--edge:#6b737c;${colourProperties('light')}`;
const DARK = `--page:#15181c;--panel:#1f2328;--text:#e8eaed;--soft:#a7afb8;--line:#373d44;--edge:#9aa3ad;${colourProperties('dark')}`;

/** The whole style of a report. No fonts, no pictures: nothing is fetched. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:1080px;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;margin:3rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line);overflow-wrap:anywhere}
h3{font-size:1.05rem;margin:2.25rem 0 .5rem}
p{margin:.4rem 0;max-width:75ch;overflow-wrap:anywhere}
.lead,figcaption,caption{color:var(--soft)}
a{color:inherit}
nav ul{padding-left:1.2rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0;list-style:none}
.tiles li{background:var(--panel);border-radius:8px;padding:.7rem .9rem}
.tiles b{display:block;font-size:1.35rem;font-weight:600;line-height:1.3;font-variant-numeric:tabular-nums}
.tiles span{color:var(--soft);font-size:.85rem}
figure{margin:1.5rem 0 2rem}
figcaption{margin-bottom:.5rem;max-width:85ch}
figcaption strong{color:var(--text);display:block;font-size:1.05rem}
.chart{overflow-x:auto}
svg{display:block;width:100%;min-width:640px;height:auto}
svg text{fill:var(--text);font-size:12px}
.tick,.note,svg .label{font-variant-numeric:tabular-nums}
svg .tick,svg .label{fill:var(--soft);font-size:11.5px}
.axis-title,.middle{text-anchor:middle}
.end{text-anchor:end}
.grid{stroke:var(--line);stroke-width:1}
.axis{stroke:var(--edge);stroke-width:1}
.outline{fill:none;stroke:var(--edge);stroke-width:.75}
.roof{fill:none;stroke:var(--text);stroke-width:2;stroke-linejoin:round}
.front{fill:none;stroke:var(--vermilion);stroke-width:1.75;stroke-linejoin:round}
.ridge{stroke:var(--edge);stroke-width:1;stroke-dasharray:4 4}
.point{fill-opacity:.78;stroke:var(--page);stroke-width:1}
.point-label{font-weight:600;paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.4rem 0 .6rem;padding:0;list-style:none;font-size:.88rem}
.legend b{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}
.swatch{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border:1px solid var(--edge);border-radius:2px;vertical-align:-.05em}
.scroll{overflow-x:auto;margin:1.25rem 0 2rem}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding-bottom:.4rem}
th,td{padding:.22rem .55rem;text-align:left;vertical-align:top;white-space:pre}
th:first-child,td:first-child{padding-left:0}
th{white-space:normal;vertical-align:bottom;font-weight:600;border-bottom:1px solid var(--edge)}
.right{text-align:right}
.name{white-space:normal;overflow-wrap:anywhere;min-width:11rem;max-width:22rem}
tbody tr:nth-child(even){background:var(--panel)}
tfoot td{border-top:1px solid var(--edge);font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:.75rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.notes li,.sources li{margin:.2rem 0;max-width:85ch;overflow-wrap:anywhere}
@media print{
:root{${LIGHT}}
body{max-width:none;padding:0;font-size:10pt}
figure,.tiles li,tr{break-inside:avoid}
h2{break-before:page}
h2:first-of-type{break-before:auto}
h2,h3,caption,figcaption{break-after:avoid}
.chart,.scroll{overflow:visible}
svg{min-width:0}
table{font-size:7.5pt}
th,td{padding:.1rem .3rem}
rect,circle,.swatch,tbody tr,.tiles li{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
${colourClasses()}
`;
