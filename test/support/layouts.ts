import type { Layout } from './installation';

/** With `other`, stories run in the layout that `npm test` leaves out; see `npm run drill:layouts`. */
export const LAYOUTS_VARIABLE = 'TEST_LAYOUTS';

/** Returns the layout for stories that reveal the most in this layout. The port suites cover both ways of calling. */
export function layoutFor(told: Layout): Layout {
  if (process.env[LAYOUTS_VARIABLE] !== 'other') return told;
  return told === 'all' ? 'split' : 'all';
}
