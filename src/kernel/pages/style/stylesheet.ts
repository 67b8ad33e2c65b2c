import { createHash } from 'node:crypto';
import { type AccentColors, accentColors, DARK, LIGHT } from './accent';

const RULES = `
*,*::before,*::after{box-sizing:border-box}
form>button{margin-top:.25rem}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;
justify-content:center;padding:3rem 1rem;background:var(--page);color:var(--text);
font:400 1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
-webkit-font-smoothing:antialiased}
.card{width:100%;max-width:27rem;background:var(--card);border:1px solid var(--line);border-radius:1.25rem;
padding:2.5rem;box-shadow:0 1px 2px rgb(16 24 40/.04),0 12px 32px -12px rgb(16 24 40/.12);overflow-wrap:anywhere}
.brand{display:flex;align-items:center;gap:.75rem;margin:0 0 2rem;font-weight:600;line-height:1.3}
.brand-logo{display:block;max-width:11rem;height:2.25rem;object-fit:contain;object-position:left}
.mark{flex:none;display:grid;place-items:center;width:2.25rem;height:2.25rem;border-radius:.65rem;
background:var(--fill);color:var(--on-fill);font-weight:650;font-size:1.05rem;line-height:1;user-select:none}
.mark-app{background:var(--soft);color:var(--text);border:1px solid var(--line)}
.mark-image{object-fit:contain;background:none;border-radius:.65rem}
.pair{display:flex;align-items:center;gap:.75rem;margin:0 0 1.5rem}
.pair .mark{width:3rem;height:3rem;font-size:1.3rem;border-radius:.85rem}
.pair-line{flex:none;width:2rem;border-top:2px dotted var(--faint)}
h1{margin:0;font-size:1.625rem;line-height:1.25;font-weight:650;letter-spacing:-.018em;text-wrap:balance}
h2{margin:0 0 .75rem;font-size:.9375rem;font-weight:600}
p{margin:0}
.lead{margin-top:.5rem;color:var(--muted)}
form,.passkey{margin-top:1.75rem}
.field{margin-bottom:1.25rem}
label{display:block;margin-bottom:.4rem;font-size:.9375rem;font-weight:550}
input[type=email],input[type=password],input[type=text],select{display:block;width:100%;min-height:2.875rem;padding:.6rem .85rem;
border:1px solid var(--edge);border-radius:.7rem;background:var(--input);color:var(--text);font:inherit}
input[readonly]{background:var(--soft);color:var(--muted)}
input[aria-invalid=true]{border-color:var(--bad)}
.hint{margin-top:.4rem;font-size:.875rem;color:var(--muted)}
button{appearance:none;display:inline-flex;align-items:center;justify-content:center;width:100%;min-height:2.875rem;
padding:.6rem 1.25rem;border:1px solid var(--fill);border-radius:.7rem;background:var(--fill);color:var(--on-fill);
font:inherit;font-weight:600;cursor:pointer;transition:filter .12s}
button+button{margin-top:.75rem}
.choices button+button{margin-top:0}
button:hover{filter:brightness(1.08)}
button:active{filter:brightness(.94)}
.quiet{background:transparent;color:var(--text);border-color:var(--edge)}
.quiet:hover{background:var(--soft);filter:none}
.or{display:flex;align-items:center;gap:.75rem;margin-top:1.5rem;font-size:.875rem;color:var(--muted)}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
.providers{list-style:none;margin:1.5rem 0 0;padding:0;display:grid;gap:.75rem}
.provider{display:flex;align-items:center;justify-content:center;min-height:2.875rem;padding:.6rem 1.25rem;
border:1px solid var(--edge);border-radius:.7rem;color:var(--text);font-weight:600;text-align:center;text-decoration:none}
.provider:hover{background:var(--soft)}
.choices{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin-top:1.5rem}
a{color:var(--accent-text);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
.below{margin-top:1.25rem;font-size:.9375rem}
:focus-visible{outline:3px solid var(--accent-text);outline-offset:2px}
input:focus-visible{outline-offset:0;border-color:transparent}
.alert{margin-top:1.5rem;padding:.85rem 1rem;border-radius:.7rem;background:var(--bad-soft);color:var(--bad);
font-size:.9375rem;border:1px solid var(--bad-line)}
.alert+form{margin-top:1.25rem}
.account{display:flex;flex-wrap:wrap;gap:.1rem .5rem;margin-top:1.5rem;padding:.8rem 1rem;border-radius:.8rem;
background:var(--soft);font-size:.9375rem;justify-content:space-between}
.account strong{display:block;font-weight:600}
.account span{color:var(--muted)}
.account a{align-self:center}
.scopes{margin:1.5rem 0 0}
.scopes ul{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:.8rem}
.scopes li{position:relative;padding:.8rem 1rem .8rem 2.75rem}
.scopes li+li{border-top:1px solid var(--line)}
.scopes li::before{content:"";position:absolute;left:1.15rem;top:1.1rem;width:.8rem;height:.42rem;
border:solid var(--accent-text);border-width:0 0 2px 2px;transform:rotate(-45deg)}
.facts{margin-top:1.25rem;font-size:.9375rem;color:var(--muted)}
.facts p+p{margin-top:.35rem}
.facts strong{color:var(--text);font-weight:600}
[hidden]{display:none!important}
.part{margin-top:1.75rem;padding-top:1.5rem;border-top:1px solid var(--line)}
.part h2{margin:0}
.qr{margin-top:1rem}
.qr svg{display:block;width:12rem;height:12rem;border-radius:.7rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.codes{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.4rem 1rem;list-style:none;margin:1.5rem 0 0;
padding:1rem;border:1px solid var(--line);border-radius:.8rem}
.rows{list-style:none;margin:1rem 0 0;padding:0;border:1px solid var(--line);border-radius:.8rem}
.rows>li{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;justify-content:space-between;padding:.8rem 1rem}
.rows>li+li{border-top:1px solid var(--line)}
.rows div{flex:1 1 12rem}
.rows strong{display:block;font-weight:600}
.rows span{color:var(--muted);font-size:.875rem}
.rows details{margin:0;padding:0;border:0}
.inline{margin:0}
.inline button{margin:0}
.small{width:auto;min-height:2.25rem;padding:.3rem .9rem;font-size:.9375rem}
.lead+.inline,.rows+.inline,.rows+.lead{margin-top:.75rem}
.saved{margin-top:1.5rem;padding:.85rem 1rem;border-radius:.7rem;background:var(--soft);font-size:.9375rem}
.button{display:flex;align-items:center;justify-content:center;min-height:2.875rem;padding:.6rem 1.25rem;border-radius:.7rem;
background:var(--fill);color:var(--on-fill);font-size:1rem;font-weight:600;text-decoration:none}
.check{display:flex;gap:.65rem;align-items:flex-start;margin-bottom:1.25rem}
.check input{flex:none;width:1.15rem;height:1.15rem;margin:.18rem 0 0;accent-color:var(--fill)}
.check label{margin:0}
.check .hint{margin-top:.1rem}
details{margin-top:2rem;padding-top:1.25rem;border-top:1px solid var(--line);font-size:.875rem;color:var(--muted)}
summary{cursor:pointer;border-radius:.3rem}
dl{margin:.75rem 0 0}
dt{font-weight:600;margin-top:.5rem}
dd{margin:0;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8125rem}
@media (max-width:30rem){
body{justify-content:flex-start;padding:0;background:var(--card)}
.card{max-width:none;border:0;border-radius:0;box-shadow:none;padding:2rem 1.25rem}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
@media (forced-colors:active){.mark,button{border:1px solid ButtonText}}
@media print{body{background:none}.card{box-shadow:none}}
`;

const LIGHT_COLORS = `--page:#f4f5f7;--card:#${LIGHT.card};--text:#14171f;--muted:#565d6d;--faint:#a3aab8;--line:#e4e7ec;--edge:#868e9c;
--soft:#${LIGHT.soft};--input:#fff;--bad:#b3161b;--bad-soft:#fef3f2;--bad-line:#f7d4d1`;
const DARK_COLORS = `--page:#0e1014;--card:#${DARK.card};--text:#eef0f4;--muted:#a7aebb;--faint:#5c6473;--line:#2b303a;--edge:#737b8a;
--soft:#${DARK.soft};--input:#11141a;--bad:#ff9d97;--bad-soft:#2c1819;--bad-line:#5a2a2b`;

/** Changes whenever the rules change, so that browsers can cache the stylesheet indefinitely. */
const VERSION = createHash('sha256')
  .update(RULES + LIGHT_COLORS + DARK_COLORS)
  .digest('hex')
  .slice(0, 8);

/** Returns the path of the stylesheet for a color. The color is in the path, because the policy does not allow inline styles. */
export function stylesheetPath(accent: string): string {
  return `/oauth/pages.css?accent=${accent}&v=${VERSION}`;
}

/** Returns the stylesheet for a color. @param accent `RRGGBB`. */
export function stylesheet(accent: string): string {
  const light = accentColors(accent, LIGHT);
  const dark = accentColors(accent, DARK);
  return `:root{color-scheme:light dark;${LIGHT_COLORS};${properties(light)}}
@media (prefers-color-scheme:dark){:root{${DARK_COLORS};${properties(dark)}}}${RULES}`;
}

/** Returns the icon for the browser tab: a keyhole on a background of the color. @param accent `RRGGBB`. */
export function icon(accent: string): string {
  const { fill, onFill } = accentColors(accent, LIGHT);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#${fill}"/><path fill="#${onFill}" d="M16 7a5.5 5.5 0 0 0-2.9 10.2L11.5 25h9l-1.6-7.8A5.5 5.5 0 0 0 16 7z"/></svg>`;
}

function properties({ fill, onFill, text }: AccentColors): string {
  return `--fill:#${fill};--on-fill:#${onFill};--accent-text:#${text}`;
}
