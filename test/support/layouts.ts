import type { Layout } from './installation';

/** `other`: stories run in the layout that `npm test` leaves out; see `npm run drill:layouts`. */
export const LAYOUTS_VARIABLE = 'TEST_LAYOUTS';

/** The layout for stories that tell most in this one. Both ways of calling are held to the same by the suites of the ports. */
export function layoutFor(told: Layout): Layout {
  if (process.env[LAYOUTS_VARIABLE] !== 'other') return told;
  return told === 'all' ? 'split' : 'all';
}
