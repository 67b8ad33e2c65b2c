import { html, type Html } from '../../../../kernel/pages/html';

/** A table that may be wider than the screen: a region of its own, which the keyboard reaches and scrolls. */
export function wideTable(label: string, columns: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
