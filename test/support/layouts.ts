import type { Layout } from './installation';

/** With `other`, stories run in the layout that `npm test` leaves out; see `npm run drill:layouts`. */
export const LAYOUTS_VARIABLE = 'TEST_LAYOUTS';

/**
 * Returns the layout for stories that normally run in the given layout, because they reveal the most faults there. The port suites cover
 * both ways of calling.
 */
export function layoutFor(told: Layout): Layout {
  if (process.env[LAYOUTS_VARIABLE] !== 'other') return told;
  return told === 'all' ? 'split' : 'all';
}
