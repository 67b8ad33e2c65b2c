import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILTINS } from '../builtins/node-builtins.js';
import { parseBody, parseModule } from '../syntax/parser.js';
import { compileModules } from './compile-modules.js';
import { compileQuery } from './compile-query.js';
import type { BuiltinSignature } from './signature.js';

const casesPath = join(__dirname, '../../../../shared/conformance/rego-cases.jsonl');

interface Case {
  readonly note: string;
  readonly modules?: readonly string[];
  readonly query: string;
}

/** Functions that exist only in OPA's test suite. */
const SUITE_FUNCTIONS: readonly BuiltinSignature[] = [{ name: 'test.sleep', args: [['string']], result: ['null'] }];

const builtins = new Map<string, BuiltinSignature>([
  ...BUILTINS,
  ...SUITE_FUNCTIONS.map((signature): [string, BuiltinSignature] => [signature.name, signature]),
]);

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}

/** Returns the errors for a case; each case compiles in OPA. */
function errorsOf({ modules = [], query }: Case): readonly string[] {
  const parsed = modules.map((text, position) => parseModule({ path: `${position}.rego`, text }));
  const parseErrors = parsed.flatMap((result) => (result.ok ? [] : result.errors));
  if (parseErrors.length > 0) {
    return parseErrors.map(String);
  }
  const compiled = compileModules(
    // Policies share parsed modules, so compilation must not change them.
    parsed.flatMap((result) => (result.ok ? [deepFrozen(result.module)] : [])),
    { builtins },
  );
  if (!compiled.ok) {
    return compiled.errors.map(String);
  }
  const body = parseBody(query);
  const asked = body.ok ? compileQuery(body.body, compiled.program, { builtins }) : body;
  return asked.ok ? [] : asked.errors.map(String);
}

describe('the modules and queries in the OPA suite', () => {
  if (!existsSync(casesPath)) {
    it.skip(`compile (skipped: there is no ${casesPath})`, () => undefined);
    return;
  }
  it('compile', () => {
    const cases = readFileSync(casesPath, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Case);
    const failures = cases.flatMap((item) => errorsOf(item).map((error) => `${item.note}: ${error}`));
    expect(failures).toEqual([]);
    expect(cases.length).toBeGreaterThan(1_000);
  });
});
