import { html, type Html } from '../../../../kernel/pages/html';

/** The values with which a form asks the browser for a passkey. */
export interface PasskeyForm {
  /** The options for the browser, as JSON. */
  readonly options: string;
  /** The signed challenge, which the form sends back. */
  readonly challenge: string;
}

export interface PasskeyFormView {
  readonly passkey: PasskeyForm;
  /** `autofill`: the browser also offers passkeys in the email field. */
  readonly kind: 'get' | 'create' | 'autofill';
  readonly action: string;
  /** The fields to send, including the token. */
  readonly fields: Readonly<Record<string, string>>;
  readonly button: string;
  /** Shown if the browser does not return a passkey. */
  readonly fault: string;
  /** True if the form is not the main one of its page. */
  readonly isQuiet: boolean;
}

/**
 * Renders a button that asks the browser for a passkey. It stays hidden unless the page's script finds that the browser has passkeys. The
 * script also makes the form, so that a program that reads the page finds only the other form.
 */
export function passkeyForm(view: PasskeyFormView): Html {
  const { passkey, kind, action, fields, button, fault, isQuiet } = view;
  const sent = JSON.stringify({ ...fields, challenge: passkey.challenge });
  return html`<div
    class="passkey"
    data-passkey="${kind}"
    data-action="${action}"
    data-options="${passkey.options}"
    data-fields="${sent}"
    hidden
  >
    <button type="button" ${isQuiet && html`class="quiet"`}>${button}</button>
    <p class="alert" role="alert" data-fault hidden>${fault}</p>
  </div>`;
}
