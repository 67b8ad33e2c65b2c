import { html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import type { UpstreamFailure } from '../../../connections/contract/upstream-sign-in.port';
import { translationsOf } from '../text/language';
import type { Language } from '../text/translations';
import { noticePage } from './notice.page';

/** Renders the page after a sign-in at a provider that failed, with the codes that an administrator finds in the audit log. */
export function upstreamFailurePage(view: {
  readonly language: Language;
  readonly reason: UpstreamFailure;
  readonly code: string;
  readonly requestId: string;
  /** The sign-in page; `null` if the authorization request is unknown. */
  readonly back: string | null;
}): Page {
  const { language, reason, code, requestId, back } = view;
  const { connections: words, error } = translationsOf(language);
  const after = html`<details>
    <summary>${error.details}</summary>
    <dl>
      <dt>${reason}</dt>
      <dd lang="en">${code}</dd>
      <dt>${error.reference}</dt>
      <dd>${requestId}</dd>
    </dl>
  </details>`;
  return noticePage({
    language,
    brand: null,
    title: words.failureTitle[reason],
    lines: [words.failureAdvice[reason]],
    ...(back === null ? {} : { link: { href: back, text: words.back } }),
    after,
  });
}
