import type { ClientDisplay, ScopeDisplay } from '../../../oauth/contract/authorization.types';
import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { translationsOf } from '../text/language';
import type { Language, Translations } from '../text/translations';
import { type Brand, hidden, layout, httpsAddress, mark } from './layout';

export interface ConsentView {
  readonly language: Language;
  readonly brand: Brand;
  readonly client: ClientDisplay;
  /** `email` is empty for a user without an email address. */
  readonly user: { readonly displayName: string; readonly email: string };
  readonly scopes: readonly ScopeDisplay[];
  readonly resources: readonly string[];
  /** True if the page offers to remember the decision. */
  readonly canRemember: boolean;
  readonly request: string;
  /** Identifies the content of this page. */
  readonly shown: string;
  readonly formToken: string;
  readonly formTargets: readonly string[];
}

/**
 * Returns the consent page. It shows the app, the requested access, the account, and the destination. The first button denies access, so
 * that pressing Enter by mistake does not give consent.
 */
export function consentPage(view: ConsentView): Page {
  const { language, brand, client, request } = view;
  const words = translationsOf(language).consent;
  const logo = httpsAddress(client.logoUri);
  const name = brand?.name ?? '';
  const header = html`<p class="pair" aria-hidden="true">
    ${mark(client.name, logo, 'mark mark-app')} <span class="pair-line"></span>
    ${mark(name, httpsAddress(brand?.logoUri ?? null), 'mark')}
  </p>`;
  const body = html`<h1>${words.title(client.name)}</h1>
    <p class="lead">${words.lead(client.name, name)}</p>
    ${account(view, words)} ${scopeList(view, words)} ${resourceList(view, words)} ${facts(client, words)}
    <form method="post" action="/oauth/consent">
      ${hidden({ request, shown: view.shown, csrf: view.formToken })} ${view.canRemember && rememberBox(words)}
      <div class="choices">
        <button class="quiet" type="submit" name="decision" value="deny">${words.deny}</button>
        <button type="submit" name="decision" value="allow">${words.allow}</button>
      </div>
    </form>`;
  return layout({
    language,
    brand,
    header,
    title: words.title(client.name),
    body,
    formTargets: view.formTargets,
    images: logo === null ? [] : [logo],
  });
}

function account({ user, request }: ConsentView, words: Translations['consent']): Html {
  return html`<div class="account">
    <div>
      <span>${words.signedInAs}</span
      ><strong>${user.displayName || user.email}</strong> ${user.displayName !== '' && html`<span>${user.email}</span>`}
    </div>
    <a href="/oauth/sign-in?request=${encodeURIComponent(request)}">${words.otherAccount}</a>
  </div>`;
}

function scopeList({ client, scopes }: ConsentView, words: Translations['consent']): Html {
  if (scopes.length === 0) return html`<p class="lead">${words.noScopes(client.name)}</p>`;
  return html`<section class="scopes">
    <h2 id="scopes">${words.scopes(client.name)}</h2>
    <ul aria-labelledby="scopes">
      ${scopes.map(({ name, description }) => html`<li>${words.knownScopes[name] ?? (description || name)}</li>`)}
    </ul>
  </section>`;
}

/** Renders the resources as URIs, because a name would only hide which of the company's addresses is meant. */
function resourceList({ client, resources }: ConsentView, words: Translations['consent']): Html {
  if (resources.length === 0) return html``;
  return html`<section class="scopes">
    <h2 id="resources">${words.resources(client.name)}</h2>
    <ul aria-labelledby="resources">
      ${resources.map((resource) => html`<li>${resource}</li>`)}
    </ul>
  </section>`;
}

function rememberBox(words: Translations['consent']): Html {
  return html`<div class="check">
    <input type="checkbox" id="remember" name="remember" value="yes" aria-describedby="remember-hint" checked />
    <div>
      <label for="remember">${words.remember}</label>
      <p class="hint" id="remember-hint">${words.rememberHint}</p>
    </div>
  </div>`;
}

function facts(client: ClientDisplay, words: Translations['consent']): Html {
  const policy = httpsAddress(client.policyUri);
  return html`<div class="facts">
    <p>${words.destination} <strong>${client.destination}</strong></p>
    ${client.firstParty && html`<p>${words.firstParty}</p>`}
    ${policy !== null && html`<p><a href="${policy}" rel="noopener noreferrer" target="_blank">${words.policy(client.name)}</a></p>`}
  </div>`;
}
