import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { accentOf, DEFAULT_ACCENT } from '../../../../kernel/pages/style/accent';
import { stylesheetPath } from '../../../../kernel/pages/style/stylesheet';
import type { Language } from '../text/translations';

/** The branding of a page: the tenant's name, logo and color, or `null` while the tenant is unknown. */
export type Brand = {
  readonly name: string;
  readonly logoUri: string | null;
  readonly color: string | null;
} | null;

/** The scripts of the pages, each served as `/oauth/<name>.js`. */
export type PageScript = 'form-post' | 'passkeys';

export interface PageParts {
  readonly language: Language;
  readonly brand: Brand;
  readonly title: string;
  readonly body: Html;
  /** Replaces the tenant's name and logo at the top. */
  readonly header?: Html;
  /** The allowed targets for forms. Omitted for a page without forms. The page's own origin is always allowed. */
  readonly formTargets?: readonly string[];
  /** Logos on the page, in addition to the brand's logo. */
  readonly images?: readonly string[];
  /** The script that the page runs. */
  readonly script?: PageScript;
}

/** Renders a whole page: one card with the tenant's name. */
export function layout({ language, brand, title, body, header, formTargets, images = [], script }: PageParts): Page {
  const logo = httpsAddress(brand?.logoUri ?? null);
  const accent = accentOf(brand?.color ?? null) ?? DEFAULT_ACCENT;
  const document = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${brand === null ? title : `${title} – ${brand.name}`}</title>
        <link rel="stylesheet" href="${stylesheetPath(accent)}" />
        <link rel="icon" href="/oauth/icon.svg?accent=${accent}" type="image/svg+xml" />
        ${script !== undefined && html`<script src="/oauth/${script}.js" defer></script>`}
      </head>
      <body>
        <main class="card">${header ?? (brand !== null && brandLine(brand, logo))} ${body}</main>
      </body>
    </html> `;
  return {
    language,
    document,
    images: [...images, ...(logo === null ? [] : [logo])],
    formTargets: formTargets ?? null,
    script: script !== undefined,
  };
}

/** Renders the brand. A logo is decorative: the name appears next to it, or is set as its alternative text. */
function brandLine(brand: NonNullable<Brand>, logo: string | null): Html {
  if (logo !== null) return html`<p class="brand"><img class="brand-logo" src="${logo}" alt="${brand.name}" /></p>`;
  return html`<p class="brand">${monogram(brand.name, 'mark')} <span>${brand.name}</span></p>`;
}

/** Renders a square logo, or the first letter of the name if there is none. */
export function mark(name: string, logo: string | null, classes: string): Html {
  return logo === null ? monogram(name, classes) : html`<img class="mark mark-image" src="${logo}" alt="" />`;
}

function monogram(name: string, classes: string): Html {
  const letter = [...name.trim()][0]?.toUpperCase() ?? '·';
  return html`<span class="${classes}" aria-hidden="true">${letter}</span>`;
}

/** Returns a third-party address if a page can show it or link to it. This is true only for https addresses. */
export function httpsAddress(uri: string | null): string | null {
  return uri !== null && URL.canParse(uri) && new URL(uri).protocol === 'https:' ? uri : null;
}

/** Renders an error that a screen reader announces immediately. */
export function alert(text: string | null): Html | null {
  return text === null ? null : html`<p class="alert" role="alert" id="fault">${text}</p>`;
}

/** Renders the hidden fields of a form. */
export function hidden(fields: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}
