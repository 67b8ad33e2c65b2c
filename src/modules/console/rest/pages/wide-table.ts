import { html, type Html } from '../../../../kernel/pages/html';

/** Renders a table that may be wider than the screen, in a separate region that users can scroll with the keyboard. */
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
