import type { Operation } from './document';

const FOR_BROWSERS: ReadonlySet<string> = new Set(['pages', 'console']);
export const PAGE = 'text/html';

/** Whether an operation answers pages: it is for browsers, and what it answers has no other media type. */
export function isPage({ tags = [], responses }: Operation): boolean {
  const types = Object.values(responses).flatMap((answer) =>
    answer && 'content' in answer ? Object.keys(answer.content ?? {}) : [],
  );
  return tags.some((tag) => FOR_BROWSERS.has(tag)) && types.every((type) => type === PAGE);
}

/** Each page is shown, or sends its browser on: to sign in, to what was asked for, to the app. */
export function addPageAnswers({ responses, summary = '' }: Operation): void {
  responses['200'] = { description: summary, content: { [PAGE]: { schema: { type: 'string' } } } };
  responses['303'] = { description: 'Sends the browser on.' };
}

/** The errors of pages: a form must be one that was shown, and the console asks the tenant’s policy. */
export function pageErrorsOf({ tags = [] }: Operation, isWrite: boolean): readonly number[] {
  return isWrite || tags.includes('console') ? [403] : [];
}
