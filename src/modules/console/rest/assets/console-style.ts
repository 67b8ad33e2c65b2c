import { createHash } from 'node:crypto';
import { accentColors, type AccentColors, DARK, DEFAULT_ACCENT, LIGHT } from '../../../../kernel/pages/style/accent';

const colors = ({ fill, onFill, text }: AccentColors): string =>
  `--fill:#${fill};--on-fill:#${onFill};--accent-text:#${text}`;

/** The console's stylesheet, which is the same for all users. */
export const CONSOLE_STYLE = `:root{color-scheme:light dark;--page:#f4f5f7;--card:#${LIGHT.card};--text:#14171f;--muted:#565d6d;
--line:#e4e7ec;--edge:#868e9c;--soft:#${LIGHT.soft};--bad:#b3161b;--good:#0b6b3a;${colors(accentColors(DEFAULT_ACCENT, LIGHT))}}
@media (prefers-color-scheme:dark){:root{--page:#0e1014;--card:#${DARK.card};--text:#eef0f4;--muted:#a7aebb;--line:#2b303a;
--edge:#737b8a;--soft:#${DARK.soft};--bad:#ff9d97;--good:#7fdca6;${colors(accentColors(DEFAULT_ACCENT, DARK))}}}
*,*::before,*::after{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:400 1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;justify-content:space-between;padding:.75rem 1.25rem;background:var(--card);
border-bottom:1px solid var(--line)}
header p{margin:0}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 3rem;overflow-wrap:anywhere}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
h2{margin:2rem 0 .5rem;font-size:1.05rem}
a{color:var(--accent-text);text-underline-offset:.18em}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;padding:.25rem .5rem;background:var(--card)}
:focus-visible{outline:3px solid var(--accent-text);outline-offset:2px}
.muted{color:var(--muted)}
.filters,form{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:0 0 1rem}
form p{margin:0}
label{display:block;font-size:.875rem;font-weight:600}
input,select,button{min-height:2.5rem;padding:.35rem .7rem;border:1px solid var(--edge);border-radius:.5rem;
background:var(--card);color:var(--text);font:inherit}
button{background:var(--fill);border-color:var(--fill);color:var(--on-fill);font-weight:600;cursor:pointer}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
table{width:100%;border-collapse:collapse;overflow-wrap:normal}
th,td{padding:.6rem .9rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
th[scope=row]{font-weight:400;white-space:nowrap}
.graph{padding:.5rem}
.graph svg{display:block;background:#fff;border-radius:.5rem}
pre{margin:0;white-space:pre-wrap;font:400 .8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
#run .wide{margin-bottom:1rem}
.pages{display:flex;gap:1rem;margin-top:1rem}
.status{font-weight:650}
.status.failed{color:var(--bad)}
.status.completed,.status.succeeded{color:var(--good)}
.alert{padding:.6rem .9rem;border:1px solid var(--bad);border-radius:.5rem;color:var(--bad)}
progress{width:12rem;max-width:100%;accent-color:var(--fill);vertical-align:middle}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:.75rem 1.5rem;margin:1rem 0}
dt{font-size:.875rem;color:var(--muted)}
dd{margin:0}
#events{margin:0;padding-left:2rem}
#events time{color:var(--muted);font-variant-numeric:tabular-nums}
#log{max-height:32rem;overflow:auto;padding:.75rem 1rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;
font:400 .8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
#log:empty::before{content:"Nothing yet.";color:var(--muted)}
#log div{min-height:1.5em;white-space:pre-wrap}
#log .stderr{padding-left:.6rem;border-left:3px solid var(--bad);margin-left:-.9rem}
@media (forced-colors:active){button{border:1px solid ButtonText}}
`;

export const STYLE_PATH = `/console/console.css?v=${versionOf(CONSOLE_STYLE)}`;

/** Returns a version that changes with the content, so that browsers can cache it permanently. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
