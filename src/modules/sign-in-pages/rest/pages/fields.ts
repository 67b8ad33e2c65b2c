import { html, type Html } from '../../../../kernel/pages/html';

/** The members that all fields have. */
interface FieldView {
  readonly label: string;
  /** True if the cursor starts in this field. */
  readonly isFocused?: boolean;
  /** True if the error of the last attempt, which the page shows, concerns this field. */
  readonly isInvalid?: boolean;
}

/** Renders the field for the address of an account. @param view.offersPasskeys true if the browser also offers passkeys in it. */
export function emailField(view: FieldView & { readonly value: string; readonly offersPasskeys?: boolean }): Html {
  return html`<div class="field">
    <label for="email">${view.label}</label>
    <input
      type="email"
      id="email"
      name="email"
      value="${view.value}"
      autocomplete="${view.offersPasskeys === true ? 'username webauthn' : 'username'}"
      autocapitalize="none"
      spellcheck="false"
      maxlength="254"
      required
      ${state(view)}
    />
  </div>`;
}

/** Renders the field for the current password of an account. */
export function passwordField(view: FieldView): Html {
  return html`<div class="field">
    <label for="password">${view.label}</label>
    <input
      type="password"
      id="password"
      name="password"
      autocomplete="current-password"
      maxlength="256"
      required
      ${state(view)}
    />
  </div>`;
}

/** Renders the address of an account that the form does not change, so that password managers know what the password is for. */
export function readonlyEmailField({ label, value }: { readonly label: string; readonly value: string }): Html {
  return html`<div class="field">
    <label for="email">${label}</label>
    <input type="email" id="email" name="email" value="${value}" autocomplete="username" readonly />
  </div>`;
}

/** Renders a field for a new password. @param view.name the name of the field, if the page has two; `password` by default. */
export function newPasswordField(
  view: FieldView & { readonly name?: string; readonly leastChars: number; readonly hint?: string },
): Html {
  const { name = 'password', hint } = view;
  return html`<div class="field">
    <label for="${name}">${view.label}</label>
    <input
      type="password"
      id="${name}"
      name="${name}"
      autocomplete="new-password"
      minlength="${view.leastChars}"
      maxlength="256"
      required
      ${state(view, hint === undefined ? [] : ['hint'])}
    />
    ${hint !== undefined && html`<p class="hint" id="hint">${hint}</p>`}
  </div>`;
}

/** Renders the field for a one-time code. @param view.hint a line below the field. */
export function codeField(view: FieldView & { readonly hint?: string; readonly value?: string }): Html {
  const { hint, value = '' } = view;
  return html`<div class="field">
    <label for="code">${view.label}</label>
    <input
      type="text"
      id="code"
      name="code"
      value="${value}"
      inputmode="numeric"
      autocomplete="one-time-code"
      maxlength="16"
      required
      ${state(view, hint === undefined ? [] : ['hint'])}
    />
    ${hint !== undefined && html`<p class="hint" id="hint">${hint}</p>`}
  </div>`;
}

/** Renders the attributes for the state of a field. @param described ids of elements that describe the field in any state. */
function state({ isFocused = false, isInvalid = false }: FieldView, described: readonly string[] = []): Html {
  const ids = isInvalid ? ['fault', ...described] : described;
  return html`${isFocused && html`autofocus`} ${isInvalid && html`aria-invalid="true"`}
  ${ids.length > 0 && html`aria-describedby="${ids.join(' ')}"`}`;
}
