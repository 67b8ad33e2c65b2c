import { html, type Html } from '../../../../kernel/pages/html';
import type { Page } from '../../../../kernel/pages/page-answer';
import { type Job, JOB_TYPES } from '../../../jobs/contract/job.types';
import { JOB_STATUSES, statusOf } from '../../../jobs/contract/job-status';
import { timeText } from '../job-texts';
import { layout } from './layout';
import { wideTable } from './wide-table';

/** The filters of the list; an empty filter matches all jobs. */
export interface JobFilter {
  readonly status: string;
  readonly type: string;
  readonly kind: string;
}

export interface JobsView {
  readonly email: string;
  readonly filter: JobFilter;
  readonly jobs: readonly Job[];
  readonly nextCursor: string | null;
  readonly isFirst: boolean;
}

/** Renders one page of the tenant's jobs, newest first. */
export function jobsPage({ email, filter, jobs, nextCursor, isFirst }: JobsView): Page {
  const body = html`<h1>Jobs</h1>
    <form method="get" action="/console/jobs" class="filters" aria-label="Filter">
      <p><label for="status">Status</label> ${choice('status', JOB_STATUSES, filter.status)}</p>
      <p><label for="type">Type</label> ${choice('type', JOB_TYPES, filter.type)}</p>
      <p>
        <label for="kind">Kind</label>
        <input id="kind" name="kind" value="${filter.kind}" maxlength="128" autocomplete="off" spellcheck="false" />
      </p>
      <button type="submit">Filter</button>
    </form>
    ${jobs.length === 0 ? html`<p>${isFirst ? 'No jobs match.' : 'There are no more jobs.'}</p>` : table(jobs)}
    <nav class="pages" aria-label="Pages">
      ${!isFirst && html`<a href="${address(filter, null)}">Newest</a>`}
      ${nextCursor !== null && html`<a href="${address(filter, nextCursor)}" rel="next">Older</a>`}
    </nav>`;
  return layout({ title: 'Jobs', body, email, hasForms: true });
}

function table(jobs: readonly Job[]): Html {
  const rows = jobs.map(
    (job) =>
      html`<tr>
        <th scope="row"><a href="/console/jobs/${job.id}">${job.id}</a></th>
        <td>${job.kind}<br /><span class="muted">${job.type}</span></td>
        <td><span class="status ${statusOf(job.state)}">${statusOf(job.state)}</span></td>
        <td>${job.progress}%</td>
        <td><time datetime="${job.createdAt}">${timeText(job.createdAt)}</time></td>
      </tr>`,
  );
  return wideTable('Jobs', ['Job', 'Kind', 'Status', 'Progress', 'Submitted'], rows);
}

function choice(name: string, words: readonly string[], chosen: string): Html {
  const option = (word: string, text: string): Html =>
    html`<option value="${word}" ${word === chosen && html` selected`}>${text}</option>`;
  return html`<select id="${name}" name="${name}">
    ${option('', 'Any')} ${words.map((word) => option(word, word))}
  </select>`;
}

function address(filter: JobFilter, cursor: string | null): string {
  const asked = Object.entries({ ...filter, cursor: cursor ?? '' }).filter(([, value]) => value !== '');
  const query = new URLSearchParams(asked).toString();
  return query === '' ? '/console/jobs' : `/console/jobs?${query}`;
}
