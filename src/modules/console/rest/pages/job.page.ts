import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { isTerminal, type Job, type JobEvent, type LogLine } from '../../../jobs/contract/job.types';
import { statusOf } from '../../../jobs/contract/job-status';
import { canRequeue, timeText, describeEvent } from '../job-texts';
import type { RunView } from '../run-console';
import { layout } from './layout';
import { runSection } from './run.section';

export interface JobView {
  readonly email: string;
  readonly job: Job;
  /** The newest events, in order. */
  readonly events: readonly JobEvent[];
  readonly lines: readonly LogLine[];
  /** The run of a workflow job; `null` for other jobs. */
  readonly run: RunView | null;
  /** Tokens for the forms that the visitor can submit; `null` for a form that the visitor cannot submit. */
  readonly cancelToken: string | null;
  readonly requeueToken: string | null;
}

/** Renders a job with its details, events and log. With JavaScript, the page updates while the job runs. */
export function jobPage(view: JobView): Page {
  const { job, events, lines, email } = view;
  const isLive = !isTerminal(job.state);
  const nextLine = (lines.at(-1)?.line ?? -1) + 1;
  const live = html` data-job="${job.id}" data-event="${job.lastEvent}" data-line="${nextLine}"`;
  const firstLine = lines[0]?.line ?? 0;
  const body = html`<h1>${job.kind}</h1>
    <div id="now" ${isLive && live}>
      <p>
        <span id="status" class="status ${statusOf(job.state)}" role="status">${statusOf(job.state)}</span>
        <progress id="progress" max="100" value="${job.progress}" aria-label="Progress"></progress>
        <span id="percent">${job.progress}%</span> <span id="stage">${job.stage}</span>
      </p>
      ${job.error !== null && html`<p class="alert">${job.error.message} <code>${job.error.code}</code></p>`}
      ${isLive && html`<noscript><p>Reload the page to see the progress.</p></noscript>`} ${forms(view)} ${facts(job)}
    </div>
    ${view.run !== null && runSection(view.run)}
    <h2>Events</h2>
    <ol id="events">
      ${events.map((event) => html`<li>${eventLine(event)}</li>`)}
    </ol>
    <h2>Log</h2>
    ${firstLine > 0 && html`<p class="muted">Starts at line ${firstLine + 1}; the API has the full log.</p>`}
    <p id="log-note" class="muted" hidden>Older lines are no longer shown.</p>
    <div id="log" role="region" aria-label="Log" tabindex="0">${lines.map(logLine)}</div>`;
  return layout({ title: `Job ${job.kind}`, body, email, hasForms: true, isLive });
}

function eventLine(event: JobEvent): Html {
  return html`<time datetime="${event.at}">${timeText(event.at)}</time> <span>${describeEvent(event)}</span>`;
}

/** Renders a line as a separate element that preserves spaces and tabs. */
function logLine({ stream, text }: LogLine): Html {
  return html`<div class="${stream}">${text}</div>`;
}

function forms({ job, cancelToken, requeueToken }: JobView): Html {
  const cancel =
    cancelToken !== null &&
    !isTerminal(job.state) &&
    html`<form method="post" action="/console/jobs/${job.id}/cancel">
      <input type="hidden" name="csrf" value="${cancelToken}" />
      <p>
        <label for="reason">Reason</label>
        <input id="reason" name="reason" maxlength="1024" autocomplete="off" />
      </p>
      <button type="submit">Cancel this job</button>
    </form>`;
  const requeue =
    requeueToken !== null &&
    canRequeue(job) &&
    html`<form method="post" action="/console/jobs/${job.id}/requeue">
      <input type="hidden" name="csrf" value="${requeueToken}" />
      <button type="submit">Try again as a new job</button>
    </form>`;
  return html`${cancel}${requeue}`;
}

function facts(job: Job): Html {
  const times: readonly (readonly [string, string | null])[] = [
    ['Submitted', job.createdAt],
    ['Not before', job.runAt === job.createdAt ? null : job.runAt],
    ['Started', job.startedAt],
    ['Ended', job.finishedAt],
  ];
  const links: readonly (readonly [string, string | null])[] = [
    ['Rerun of', job.requeuedFrom],
    ['Rerun as', job.requeuedAs],
    ['Submitted by job', job.parentId],
  ];
  const texts: readonly (readonly [string, string])[] = [
    ['Type', job.type],
    ['Image', job.image],
    ['Worker', job.node],
    ['Attempt', job.attempt === 0 ? '' : `${job.attempt} of ${job.maxAttempts}`],
    ['Exit code', job.exitCode === null ? '' : String(job.exitCode)],
    ['Reason', job.cancelReason],
    ['Secrets', job.secretNames.join(', ')],
  ];
  return html`<dl>
    ${fact('Id', html`<code>${job.id}</code>`)} ${texts.map(([name, text]) => text !== '' && fact(name, html`${text}`))}
    ${times.map(([name, at]) => at !== null && fact(name, html`<time datetime="${at}">${timeText(at)}</time>`))}
    ${links.map(([name, id]) => id !== null && fact(name, html`<a href="/console/jobs/${id}">${id}</a>`))}
  </dl>`;
}

function fact(name: string, value: Html): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
