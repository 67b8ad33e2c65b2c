import { createHash } from 'node:crypto';
import { Html, html } from '../../kernel/pages/html';
import { DEFAULT_ACCENT } from '../../kernel/pages/style/accent';
import { stylesheet } from '../../kernel/pages/style/stylesheet';

/** A page for the browser, after which the person returns to the terminal. */
export interface LoopbackPage {
  readonly title: string;
  readonly text: string;
}

export const SIGNED_IN: LoopbackPage = {
  title: 'You are signed in',
  text: 'You can close this tab and return to the terminal.',
};

/** Returns the page for a sign-in that did not succeed. @param reason one or more sentences. */
export function notSignedIn(reason: string): LoopbackPage {
  return { title: 'You are not signed in', text: reason };
}

const STYLE = stylesheet(DEFAULT_ACCENT);

/** The headers of every page: no scripts, no other resources, no frames, and no trace of the code in the URL. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
};

/** Renders a page in the style of the sign-in pages. */
export function renderPage({ title, text }: LoopbackPage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main class="card">
          <p class="brand"><span class="mark" aria-hidden="true">C</span> <span>CoreSDK command line</span></p>
          <h1>${title}</h1>
          <p class="lead">${text}</p>
        </main>
      </body>
    </html> `.text;
}
