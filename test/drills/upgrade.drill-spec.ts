import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PREPARED_VARIABLE } from '../support/prepared-data';
import { report } from './report';
import { EarlierCheckout, earlierStates, FIRST_RELEASE, refusalDrill, upgradeDrill } from './upgrade.drill';

/**
 * Commits or tags to upgrade from, separated by commas; by default all earlier upgradable states of the schema.
 * UPGRADE_REFUSED: a commit that is too old.
 */
const { UPGRADE_FROM: from = '', UPGRADE_REFUSED: refused = FIRST_RELEASE } = process.env;
const commits = from === '' ? earlierStates() : from.split(',');
// The earlier version creates the schema.
delete process.env[PREPARED_VARIABLE];
const folder = mkdtempSync(join(tmpdir(), 'coresdk-upgrade-'));
const earlier = EarlierCheckout.open(join(folder, 'checkout'));

afterAll(() => {
  earlier.remove();
  rmSync(folder, { recursive: true, force: true });
});

it.each(commits)('%s upgrades without downtime, and loses no acknowledged data', async (commit) => {
  earlier.build(commit);
  const { failures, ...figures } = await upgradeDrill(earlier.folder);
  report('upgrade', { commit: commit.slice(0, 7), ...figures, failures });
  expect(failures).toBe(0);
});

it(`an upgrade from ${refused} is refused, the error names the required release, and ${refused} keeps running`, async () => {
  earlier.build(refused);
  const message = await refusalDrill(earlier.folder);
  report('upgrade refused', { commit: refused.slice(0, 7), message });
  expect(message).toMatch(/Upgrade to release \d+\.\d+\.\d+ first, then to this version\.$/);
});
