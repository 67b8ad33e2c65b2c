import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { DEFAULT_ACCENT } from '../../../../kernel/pages/style/accent';
import { SCRIPT_PATH } from '../assets/live-script';
import { STYLE_PATH } from '../assets/console-style';

const LANGUAGE = 'en';

/** Renders a complete console page. */
export function layout(view: {
  readonly title: string;
  readonly body: Html;
  /** The email address of the signed-in user; `null` on a page without a session. */
  readonly email: string | null;
  readonly hasForms?: boolean;
  readonly isLive?: boolean;
}): Page {
  const { title, body, email, hasForms = false, isLive = false } = view;
  const document = html`<!doctype html>
    <html lang="${LANGUAGE}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Console</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
        <link rel="icon" href="/oauth/icon.svg?accent=${DEFAULT_ACCENT}" type="image/svg+xml" />
        ${isLive && html`<script src="${SCRIPT_PATH}" defer></script>`}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <nav aria-label="Console"><a href="/console/jobs">Jobs</a></nav>
          ${email !== null && html`<p>${email} <a href="/v1/oauth/logout">Sign out</a></p>`}
        </header>
        <main id="main">${body}</main>
      </body>
    </html> `;
  return {
    language: LANGUAGE,
    document,
    images: [],
    formTargets: hasForms ? [] : null,
    script: isLive,
    connects: isLive,
  };
}
