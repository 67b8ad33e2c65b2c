import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import type { Factor } from '../../../factors/contract/factors.types';
import type { Grant } from '../../../oauth/contract/grants.port';
import { deviceName } from '../../../users/contract/device-name';
import type { OwnSession } from '../../../users/contract/own-sessions.types';
import type { User } from '../../../users/contract/users.types';
import { alert, type Brand, hidden, layout } from '../pages/layout';
import { LANGUAGES, languageName, translationsOf } from '../text/language';
import type { Language, Translations } from '../text/translations';
import { FACTORS_PATH, nameOfAccount, PATH } from './account-paths';

export interface AccountView {
  readonly language: Language;
  readonly brand: Brand;
  readonly user: User;
  /** Id of the session in which the page is shown. */
  readonly sessionId: string;
  readonly sessions: readonly OwnSession[];
  readonly factors: readonly Factor[];
  readonly recoveryCodes: number;
  readonly grants: readonly Grant[];
  /** True if the user can delete the account here. */
  readonly canDelete: boolean;
  readonly formToken: string;
  /** True after a change. */
  readonly isSaved: boolean;
  readonly fault: string | null;
}

type Words = Translations['account'];

/** Renders the account page. It works without JavaScript. */
export function accountPage(view: AccountView): Page {
  const { language, brand, user } = view;
  const words = translationsOf(language).account;
  const body = html`<h1>${words.title}</h1>
    <p class="lead">${words.lead(nameOfAccount(user), brand?.name ?? '')}</p>
    ${view.isSaved && html`<p class="saved" role="status">${words.saved}</p>`} ${alert(view.fault)}
    ${profile(view, words)} ${methods(view, words)} ${sessions(view, words)} ${apps(view, words)}
    <section class="part">
      <h2>${words.data}</h2>
      <p class="below"><a href="/account/data.json" download>${words.export}</a></p>
    </section>
    ${view.canDelete && deletion(view, words)}
    <section class="part">${button(view, { change: 'end', id: view.sessionId }, words.signOut)}</section>`;
  return layout({ language, brand, title: words.title, body, formTargets: [] });
}

/** Renders a form that makes one change. */
function change(view: AccountView, fields: Readonly<Record<string, string>>, content: Html): Html {
  return html`<form method="post" action="${PATH}" class="inline">
    ${hidden({ ...fields, csrf: view.formToken })} ${content}
  </form>`;
}

/** Renders a button that makes one change. @param name what it changes, for screen readers. */
function button(view: AccountView, fields: Readonly<Record<string, string>>, text: string, name = ''): Html {
  const label = name === '' ? html`` : html`aria-label="${`${text}: ${name}`}"`;
  return change(view, fields, html`<button type="submit" class="quiet small" ${label}>${text}</button>`);
}

function profile(view: AccountView, words: Words): Html {
  const { user } = view;
  return html`<section class="part">
    <h2>${words.profile}</h2>
    <form method="post" action="${PATH}">
      ${hidden({ change: 'profile', csrf: view.formToken })}
      <div class="field">
        <label for="name">${words.name}</label>
        <input
          type="text"
          id="name"
          name="name"
          value="${user.displayName}"
          autocomplete="name"
          maxlength="200"
          required
        />
      </div>
      <div class="field">
        <label for="language">${words.language}</label>
        <select id="language" name="language">
          <option value="">${words.browserLanguage}</option>
          ${LANGUAGES.map(
            (language) =>
              html`<option value="${language}" ${user.locale === language && html`selected`}>
                ${languageName(language)}
              </option>`,
          )}
        </select>
      </div>
      <button type="submit" class="quiet">${words.save}</button>
    </form>
    ${user.email !== null && emailPart(view, user.email, words)}
  </section>`;
}

function emailPart(view: AccountView, email: string, words: Words): Html {
  return html`<details>
    <summary>${words.changeEmail}</summary>
    <form method="post" action="${PATH}">
      ${hidden({ change: 'email', csrf: view.formToken })}
      <p>${words.emailNow(email)}</p>
      <div class="field">
        <label for="email">${words.newEmail}</label>
        <input type="email" id="email" name="email" autocomplete="email" maxlength="254" required />
      </div>
      <button type="submit" class="quiet">${words.sendLink}</button>
    </form>
  </details>`;
}

function methods(view: AccountView, words: Words): Html {
  const { factors, recoveryCodes } = view;
  return html`<section class="part">
    <h2>${words.methods}</h2>
    ${factors.length === 0 && html`<p class="lead">${words.noMethods}</p>`}
    <ul class="rows">
      ${factors.map((factor) => method(view, factor, words))}
      ${
        view.user.email !== null &&
        html`<li>
          <div><strong>${words.password}</strong></div>
          ${button(view, { change: 'password' }, words.changePassword)}
        </li>`
      }
    </ul>
    ${
      factors.length > 0 &&
      html`<p class="lead">${words.recoveryCodes(recoveryCodes)}</p>
        ${button(view, { change: 'codes' }, words.newCodes)}`
    }
    <p class="below"><a href="${FACTORS_PATH}">${words.add}</a></p>
  </section>`;
}

function method(view: AccountView, factor: Factor, words: Words): Html {
  const { id, kind, name, createdAtMs, lastUsedAtMs } = factor;
  const times = [
    words.added(date(view.language, createdAtMs)),
    ...(lastUsedAtMs === null ? [] : [words.used(date(view.language, lastUsedAtMs))]),
  ];
  return html`<li>
    <div><strong>${name}</strong> <span>${[words.kinds[kind], ...times].join(', ')}</span></div>
    <details>
      <summary>${words.rename}</summary>
      ${change(
        view,
        { change: 'rename', id },
        html`<label for="name-${id}">${words.name}</label>
          <input type="text" id="name-${id}" name="name" value="${name}" maxlength="64" required />
          <button type="submit" class="quiet small">${words.save}</button>`,
      )}
    </details>
    ${button(view, { change: 'remove', id }, words.remove, name)}
  </li>`;
}

function sessions(view: AccountView, words: Words): Html {
  const others = view.sessions.filter(({ id }) => id !== view.sessionId);
  return html`<section class="part">
    <h2>${words.sessions}</h2>
    <ul class="rows">
      ${view.sessions.map(({ id, userAgent, ip, lastSeenAt }) => {
        const isThis = id === view.sessionId;
        const seen = words.lastSeen(date(view.language, Date.parse(lastSeenAt)));
        return html`<li>
          <div>
            <strong>${deviceName(userAgent) ?? words.unknownDevice}</strong>
            <span>${[isThis ? words.thisSession : seen, ip].join(', ')}</span>
          </div>
          ${!isThis && button(view, { change: 'end', id }, words.end, deviceName(userAgent) ?? ip)}
        </li>`;
      })}
    </ul>
    ${others.length > 0 && button(view, { change: 'end-others' }, words.endOthers)}
  </section>`;
}

function apps(view: AccountView, words: Words): Html {
  const { grants } = view;
  return html`<section class="part">
    <h2>${words.apps}</h2>
    ${grants.length === 0 && html`<p class="lead">${words.noApps}</p>`}
    ${
      grants.length > 0 &&
      html`<ul class="rows">
        ${grants.map(
          ({ id, client_name: name, scopes }) =>
            html`<li>
              <div><strong>${name}</strong> <span>${scopes.join(', ')}</span></div>
              ${button(view, { change: 'revoke', id }, words.revoke, name)}
            </li>`,
        )}
      </ul>`
    }
  </section>`;
}

function deletion(view: AccountView, words: Words): Html {
  return html`<section class="part">
    <h2>${words.delete}</h2>
    <details>
      <summary>${words.deleteThis}</summary>
      <p>${words.deleteLead}</p>
      <form method="post" action="${PATH}">
        ${hidden({ change: 'delete', csrf: view.formToken })}
        <div class="field">
          <label for="account">${words.deleteConfirm(nameOfAccount(view.user))}</label>
          <input type="text" id="account" name="account" autocomplete="off" maxlength="254" required />
        </div>
        <button type="submit" class="quiet">${words.deleteSubmit}</button>
      </form>
    </details>
  </section>`;
}

function date(language: Language, ms: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(ms);
}
