import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Connects the passkey buttons of a page with the browser. The element around a button says in `data-passkey` what it needs: `get`,
 * `create`, or `autofill` for a passkey that the browser also offers in the email field. It contains the options, and the fields of the
 * form that sends the answer. Without passkeys in the browser, the elements stay hidden.
 */
const GLUE = `'use strict';
(() => {
  const { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication, startRegistration } =
    SimpleWebAuthnBrowser;
  const send = ({ dataset }, answer) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: dataset.action });
    const fields = { ...JSON.parse(dataset.fields), answer: JSON.stringify(answer) };
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  };
  if (!browserSupportsWebAuthn()) {
    for (const missing of document.querySelectorAll('[data-no-passkeys]')) missing.hidden = false;
    return;
  }
  for (const part of document.querySelectorAll('[data-passkey]')) {
    const optionsJSON = JSON.parse(part.dataset.options);
    const kind = part.dataset.passkey;
    const ask = () => (kind === 'create' ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON }));
    const fail = () => {
      part.querySelector('[data-fault]').hidden = false;
    };
    part.hidden = false;
    part.querySelector('button').addEventListener('click', () => {
      ask().then((answer) => send(part, answer), fail);
    });
    if (kind !== 'autofill') continue;
    browserSupportsWebAuthnAutofill().then((isSupported) => {
      if (!isSupported) return;
      startAuthentication({ optionsJSON, useBrowserAutofill: true }).then(
        (answer) => send(part, answer),
        // The user ignored the offer, or pressed the button, which replaces it.
        () => undefined,
      );
    });
  }
})();
`;

/** The script of pages with passkeys: the library, and the code that connects it with the forms. */
export function passkeyScript(): string {
  const library = join(dirname(require.resolve('@simplewebauthn/browser')), '../dist/bundle/index.umd.min.js');
  return `${readFileSync(library, 'utf8')}\n${GLUE}`;
}
