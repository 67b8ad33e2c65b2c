import { type Html, html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import type { ShownMail } from '../../../users/contract/mailbox.port';
import { layout } from './layout';

/** Returns the page with the mails that were not sent, for developers. It is in English only. */
export function mailboxPage(mails: readonly ShownMail[]): Page {
  const body = html`<h1>Mailbox</h1>
    <p>
      This installation has no mail server, so mail is shown here instead of sent. The newest mail is first. Set
      <code>SMTP_URL</code> to have mail sent.
    </p>
    ${mails.length === 0 ? html`<p>There is no mail yet. Invite a user to try it.</p>` : mails.map(mailOf)}`;
  return layout({ language: 'en', brand: null, title: 'Mailbox', body });
}

function mailOf({ to, subject, text, atMs }: ShownMail): Html {
  const at = new Date(atMs).toISOString();
  return html`<article>
    <h2>${subject}</h2>
    <p>To ${to}, <time datetime="${at}">${at.slice(0, 19).replace('T', ' ')} UTC</time></p>
    ${text.split(/\n{2,}/).map((paragraph) => html`<p>${withLinks(paragraph)}</p>`)}
  </article>`;
}

/** Makes links of the addresses in a text. Only http and https addresses become links. */
function withLinks(text: string): readonly Html[] {
  return text
    .split(/(https?:\/\/[^\s]+)/)
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<a href="${part}">${part}</a>`));
}
