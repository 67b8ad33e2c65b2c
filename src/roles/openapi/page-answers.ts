import type { Operation } from './document';

const FOR_BROWSERS: ReadonlySet<string> = new Set(['pages', 'console']);
export const PAGE = 'text/html';

/** Returns whether an operation is for browsers and responds only with pages. */
export function isPage({ tags = [], responses }: Operation): boolean {
  const types = Object.values(responses).flatMap((answer) =>
    answer && 'content' in answer ? Object.keys(answer.content ?? {}) : [],
  );
  return tags.some((tag) => FOR_BROWSERS.has(tag)) && types.every((type) => type === PAGE);
}

/** Adds the responses of a page: the page, or a redirect to the sign-in page, to the requested page or to the app. */
export function addPageAnswers({ responses, summary = '' }: Operation): void {
  responses['200'] = { description: summary, content: { [PAGE]: { schema: { type: 'string' } } } };
  responses['303'] = { description: 'Redirects the browser.' };
}

/** Returns the errors of pages: a submitted form must have been shown before, and the console checks the tenant’s policy. */
export function pageErrorsOf({ tags = [] }: Operation, isWrite: boolean): readonly number[] {
  return isWrite || tags.includes('console') ? [403] : [];
}
