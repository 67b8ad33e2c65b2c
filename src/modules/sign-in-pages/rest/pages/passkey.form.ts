import { html, type Html } from '../../../../kernel/pages/html';
import { hidden } from './layout';

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
  /** Hidden fields, including the token. */
  readonly fields: Readonly<Record<string, string>>;
  readonly button: string;
  /** Shown if the browser does not return a passkey. */
  readonly fault: string;
  /** True if the form is not the main one of its page. */
  readonly isQuiet: boolean;
  /** Fields above the button. */
  readonly inputs?: Html;
}

/** Renders a form that is sent with a passkey. It stays hidden unless the page's script finds that the browser has passkeys. */
export function passkeyForm(view: PasskeyFormView): Html {
  const { passkey, kind, action, fields, button, fault, isQuiet, inputs } = view;
  return html`<form method="post" action="${action}" data-passkey="${kind}" data-options="${passkey.options}" hidden>
    ${hidden({ ...fields, challenge: passkey.challenge, answer: '' })} ${inputs ?? null}
    <button type="submit" ${isQuiet && html`class="quiet"`}>${button}</button>
    <p class="alert" role="alert" data-fault hidden>${fault}</p>
  </form>`;
}
