import { Html, html } from '../../../../kernel/pages/html';
import { timeText } from '../job-texts';
import type { RunView } from '../run-console';
import { wideTable } from './wide-table';

/** Renders a workflow run: its graph, its values and the states of its steps. The live script reloads it. */
export function runSection(run: RunView): Html {
  return html`<section id="run" aria-label="Run">
    <h2>Run${run.version !== null && html` of version ${run.version}`}</h2>
    ${run.graph !== null && graph(run.graph)}
    <dl>${value('Input', run.input)} ${value('Output', run.output)}</dl>
    ${run.steps.length > 0 && steps(run)}
  </section>`;
}

/** Embeds an SVG image that this product drew. The only parts of a definition that the image contains are escaped ids. */
function graph(svg: string): Html {
  return html`<div class="wide graph" role="region" aria-label="Graph of the steps" tabindex="0">
    ${new Html(svg)}
  </div>`;
}

function steps({ steps: all }: RunView): Html {
  const rows = all.map(
    ({ id, type, status, attempt, output, error, startedAt, endedAt }) =>
      html`<tr>
        <th scope="row">${id}</th>
        <td>${type}</td>
        <td><span class="status ${status}">${status}</span>${attempt > 1 && html` attempt ${attempt}`}</td>
        <td>${time(startedAt)}</td>
        <td>${time(endedAt)}</td>
        <td>${error === null ? json(output) : html`${error.message} <code>${error.code}</code>`}</td>
      </tr>`,
  );
  return wideTable('Steps', ['Step', 'Type', 'State', 'Started', 'Ended', 'Output'], rows);
}

function value(name: string, text: string | null): Html | false {
  return (
    text !== '' &&
    html`<div>
      <dt>${name}</dt>
      <dd>${json(text)}</dd>
    </div>`
  );
}

function json(text: string | null): Html {
  if (text === null) return html`<span class="muted">Too large to show here; the API returns it.</span>`;
  return html`${text !== '' && html`<pre>${text}</pre>`}`;
}

function time(at: string | null): Html {
  return html`${at !== null && html`<time datetime="${at}">${timeText(at)}</time>`}`;
}
