/** Measures how fast the Rego engine decides in process: `node policy-engine.mjs rbac|rules-N SECONDS` prints a row as JSON. */
import { createRequire } from 'node:module';
import { printRow } from '../lib/measure-alone.mjs';
import { RBAC, RBAC_DATA, RBAC_REQUESTS } from '../lib/rbac-policy.mjs';

const load = createRequire(import.meta.url);
const { compilePolicy, parseJson } = load('@coresdk/rego/node');

/** Requests per call of the measured function, so that the cost of reading the clock is negligible. */
const ROUNDS = 25;

const [what, seconds] = process.argv.slice(2);
const { policy, rule, requests } = what === 'rbac' ? rbac() : manyRules(Number(what.slice('rules-'.length)));
const prepared = policy.prepareRule(rule);
for (const [text, expected] of requests) {
  const { value } = prepared.evaluate(parseJson(text));
  if (value !== expected) throw new Error(`${text} got ${value}.`);
}
printRow(
  () => {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [text] of requests) prepared.evaluate(parseJson(text));
    }
  },
  ROUNDS * requests.length,
  Number(seconds),
);

function rbac() {
  const requests = RBAC_REQUESTS.map(([input, expected]) => [JSON.stringify(input), expected]);
  return { policy: compiled(RBAC, RBAC_DATA), rule: 'data.app.rbac.allow', requests };
}

/** Returns a policy with one rule per route, like a generated policy. */
function manyRules(count) {
  const rules = Array.from(
    { length: count },
    (_, index) =>
      `allow if {\n\tinput.method == "${['GET', 'POST'][index % 2]}"\n\tinput.path == "/v1/things/${index}"\n\t"reader" in input.roles\n}\n`,
  );
  const request = (path, roles) => JSON.stringify({ method: 'GET', path, roles });
  const requests = [0, 1, 2, 3].flatMap((part) => {
    const path = `/v1/things/${Math.floor(((count / 4) * part) / 2) * 2}`;
    return [
      [request(path, ['reader']), true],
      [request(path, ['writer']), false],
    ];
  });
  return {
    policy: compiled(`package routes\n\ndefault allow := false\n\n${rules.join('\n')}`, {}),
    rule: 'data.routes.allow',
    requests,
  };
}

function compiled(text, data) {
  const result = compilePolicy([{ path: 'bench.rego', text }], { data, limits: { deadlineMs: 60_000 } });
  if (!result.ok) throw new Error(result.errors.join('\n'));
  return result.policy;
}
