/**
 * Checks the OpenAPI documents against the recommended rules of Redocly and of Spectral: `node scripts/lint-openapi.mjs`.
 *
 * Warnings count as errors. Makes no network requests. Skips documents that have passed before, unless the documents, this
 * file or the linters have changed since.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConfig, lint } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';

const documents = ['backend', 'control-plane'].map((role) => `src/roles/${role}/openapi.json`);
const passed = 'node_modules/.cache/checked-openapi';

/** The accepted findings: the rule, a pattern that matches the message, and the reason. */
const exceptions = [
  {
    rule: 'no-ambiguous-paths',
    form: /`\/v1\/(jobs\/schedules|users\/invitations|workflows\/(hooks|runs))\/|`\/api\/v1\/secrets\/(bundles|grants)\//,
    reason:
      'No id or name in the other path can equal this word: ids begin with their kind (job-, usr-, wfl-), and secret names are uppercase.',
  },
  {
    rule: 'oas3-valid-media-example',
    form: /must match pattern ".*\\p\{/,
    reason:
      'Spectral reads patterns without the flag u, which \\p{…} requires (JSON Schema 2020-12 §6.4). test/architecture/openapi.spec.ts checks each example against its schema with the flag.',
  },
];

const isExcepted = ({ rule, message }) => exceptions.some((one) => one.rule === rule && one.form.test(message));

async function redocly(file, config) {
  const problems = await lint({ ref: file, config });
  return problems.map(({ ruleId, message, location: [at] }) => ({ rule: ruleId, message, at: at?.pointer ?? '' }));
}

async function spectral(file, linter) {
  const problems = await linter.run(JSON.parse(readFileSync(file, 'utf8')));
  return problems.map(({ code, message, path }) => ({ rule: String(code), message, at: `#/${path.join('/')}` }));
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [...documents, 'scripts/lint-openapi.mjs', 'package-lock.json']) hash.update(readFileSync(file));
  return hash.digest('hex');
}

async function main() {
  const now = fingerprint();
  if (existsSync(passed) && readFileSync(passed, 'utf8') === now) return 0;
  const config = await createConfig({ extends: ['recommended'] });
  const linter = new spectralCore.Spectral();
  linter.setRuleset({ extends: [[spectralRulesets.oas, 'recommended']] });
  let faults = 0;
  for (const file of documents) {
    const found = [...(await redocly(file, config)), ...(await spectral(file, linter))];
    for (const fault of found.filter((one) => !isExcepted(one))) {
      faults += 1;
      console.log(`${file} ${fault.rule}: ${fault.message} (${fault.at})`);
    }
  }
  if (faults > 0) return 1;
  mkdirSync('node_modules/.cache', { recursive: true });
  writeFileSync(passed, now);
  return 0;
}

process.exitCode = await main();
