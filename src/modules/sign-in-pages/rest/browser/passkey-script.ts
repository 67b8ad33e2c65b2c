import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Connects the forms of a page with the browser's passkeys. A form with `data-passkey` names what it needs (`get`, `create`, or `autofill`
 * for a passkey that the browser offers in the email field) and contains the options. Its button asks the browser, and the answer is sent
 * with the form. Without passkeys in the browser, the forms stay hidden.
 */
const GLUE = `'use strict';
(() => {
  const { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication, startRegistration } =
    SimpleWebAuthnBrowser;
  const send = (form, answer) => {
    form.elements.answer.value = JSON.stringify(answer);
    form.submit();
  };
  const fail = (form) => {
    const fault = form.querySelector('[data-fault]');
    if (fault) fault.hidden = false;
  };
  if (!browserSupportsWebAuthn()) {
    for (const missing of document.querySelectorAll('[data-no-passkeys]')) missing.hidden = false;
    return;
  }
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const optionsJSON = JSON.parse(form.dataset.options);
    const kind = form.dataset.passkey;
    const ask = () => (kind === 'create' ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON }));
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      ask().then((answer) => send(form, answer), () => fail(form));
    });
    if (kind !== 'autofill') continue;
    browserSupportsWebAuthnAutofill().then((isSupported) => {
      if (!isSupported) return;
      startAuthentication({ optionsJSON, useBrowserAutofill: true }).then(
        (answer) => send(form, answer),
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
