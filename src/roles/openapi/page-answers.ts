import type { Operation } from './document';

const FOR_BROWSERS: ReadonlySet<string> = new Set(['pages', 'console']);
export const PAGE = 'text/html';

/** Returns whether an operation answers with pages: it is for browsers, and its answers have no other media type. */
export function isPage({ tags = [], responses }: Operation): boolean {
  const types = Object.values(responses).flatMap((answer) =>
    answer && 'content' in answer ? Object.keys(answer.content ?? {}) : [],
  );
  return tags.some((tag) => FOR_BROWSERS.has(tag)) && types.every((type) => type === PAGE);
}

/** Adds the answers of pages: each is shown, or redirects its browser: to sign in, to the requested page, to the app. */
export function addPageAnswers({ responses, summary = '' }: Operation): void {
  responses['200'] = { description: summary, content: { [PAGE]: { schema: { type: 'string' } } } };
  responses['303'] = { description: 'Sends the browser on.' };
}

/** Returns the errors of pages: a form must be one that was shown, and the console asks the tenant’s policy. */
export function pageErrorsOf({ tags = [] }: Operation, isWrite: boolean): readonly number[] {
  return isWrite || tags.includes('console') ? [403] : [];
}
