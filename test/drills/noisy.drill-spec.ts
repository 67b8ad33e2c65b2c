import { writeSync } from 'node:fs';
import { ATTACKS } from './noisy/attacks';
import { noisyDrill, type NoisyRow } from './noisy.drill';

/** Seconds of each attack, and a regular expression for the names of those to run; for work on some of them. */
const { NOISY_SECONDS: seconds = '60', NOISY_ONLY: only = '' } = process.env;
const WORST_RATIO = 5;
const WORST_LOOP_MS = 50;

it('no attack of one tenant is felt by another', async () => {
  print(['attack', 'quiet p99', 'p50 ms', 'p99 ms', '× quiet', 'loop p99 ms', 'refused', "attacker's answers"]);
  const rows = await noisyDrill(
    Number(seconds),
    ATTACKS.filter(({ name }) => new RegExp(only).test(name)),
    (row) => print(cells(row)),
  );
  const bad = rows.filter(
    ({ quietP99Ms, p99Ms, loopP99Ms, refused }) =>
      p99Ms > WORST_RATIO * quietP99Ms || loopP99Ms > WORST_LOOP_MS || Object.keys(refused).length > 0,
  );
  expect(bad.map(({ attack }) => attack)).toEqual([]);
});

function cells({ attack, quietP99Ms, p50Ms, p99Ms, loopP99Ms, refused, answers }: NoisyRow): readonly string[] {
  const times = [quietP99Ms, p50Ms, p99Ms, p99Ms / quietP99Ms, loopP99Ms].map((value) => value.toFixed(1));
  return [attack, ...times, counts(refused), counts(answers)];
}

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([status, count]) => `${count} × ${status}`)
    .join(' ') || '–';

/** Past Jest, as the other figures of drills. */
function print([attack = '', ...rest]: readonly string[]): void {
  writeSync(1, `| ${attack.padEnd(36)} | ${rest.map((cell) => cell.padStart(9)).join(' | ')} |\n`);
}
