import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/source-files';
import { fuzzApi } from './fuzz-api.drill';
import { report } from './report';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 280);

/** The failures that docs/explanations/testing.md accepts: a check, a surface, and operations for each. */
function accepted(): ReadonlySet<string> {
  const text = readFileSync(join(root, 'docs/explanations/testing.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (ST\d+) +\| ([a-z-]+) +\| (.+?) +\|/gm)];
  return new Set(
    rows.flatMap(([, code, surface, operations = '']) =>
      [...operations.matchAll(/`([A-Z]+ \/\S*)`/g)].map(([, operation]) => `${code} ${surface} ${operation}`),
    ),
  );
}

it('a public API fuzzer finds only the failures explained in docs/explanations/testing.md', async () => {
  const { operations, requests, failures } = await fuzzApi(SECONDS);
  report('fuzz-api', { operations, requests, failures: failures.length });
  const known = accepted();
  expect(failures.filter((failure) => !known.has(failure))).toEqual([]);
});
