import type { Check } from '../check';
import { fail, ok, skip, warn } from '../finding';

/** Reports the state of the process on this machine. */
export const processCheck: Check = {
  group: 'Process',
  limitMs: 1_000,
  needs: ['HEALTH_PORT'],
  async run({ running, settings }) {
    const where = `at HEALTH_PORT ${settings.role.HEALTH_PORT}`;
    if (running === null) return [skip('running', `none of our processes responds ${where}`)];
    const notes = running.notes.map((note) => warn('note', note, 'The process still works. Fix this before it fails.'));
    if (running.ready) return [ok('running', `ready, ${where}`), ...notes];
    const remedy = 'See the findings below, and the log of the process.';
    return [...running.missing.map((missing) => fail('not ready', missing, remedy)), ...notes];
  },
};
