import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importsOf, root, sourceFiles } from '../support/source-files';
import { breaches, moduleUses } from './module-uses.cjs';

const MODULE = /^src\/modules\/([^/]+)\//;

/** Returns every use of another module in the code as "a uses b", from the imports in a's files. */
function usesInCode(): ReadonlySet<string> {
  const uses = new Set<string>();
  for (const file of sourceFiles()) {
    const user = MODULE.exec(file.path)?.[1];
    for (const imported of importsOf(file)) {
      const used = MODULE.exec(imported)?.[1];
      if (user !== undefined && used !== undefined && user !== used) uses.add(`${user} → ${used}`);
    }
  }
  return uses;
}

function listedUses(): readonly string[] {
  return Object.entries(moduleUses).flatMap(([user, used]) => used.map((each) => `${user} → ${each}`));
}

/** Returns a path from a module back to itself, or null. */
function findCycle(uses: Readonly<Record<string, readonly string[]>>): readonly string[] | null {
  const visit = (module: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(module)) return [...way.slice(way.indexOf(module)), module];
    for (const used of uses[module] ?? []) {
      const cycle = visit(used, [...way, module]);
      if (cycle) return cycle;
    }
    return null;
  };
  for (const module of Object.keys(uses)) {
    const cycle = visit(module, []);
    if (cycle) return cycle;
  }
  return null;
}

describe('the list of module uses', () => {
  it('names exactly the existing modules', () => {
    const folders = readdirSync(path.join(root, 'src/modules')).sort();
    expect(Object.keys(moduleUses).sort()).toEqual(folders);
  });

  it('matches the code: no use is missing or unused', () => {
    expect([...listedUses()].sort()).toEqual([...usesInCode()].sort());
  });

  it('has no cycle', () => {
    expect(findCycle(moduleUses)).toBeNull();
  });

  it('would detect a cycle of two modules, which the folder rule of dependency-cruiser misses', () => {
    expect(findCycle({ a: ['b'], b: ['c'], c: ['b'] })).toEqual(['b', 'c', 'b']);
  });

  it('does not keep an exception that the code no longer needs', () => {
    const files = new Map(sourceFiles().map((file) => [file.path, file]));
    const idle = breaches.filter(({ from, to }) => {
      const file = files.get(`src/modules/${from}`);
      if (!file) return true;
      if (to.includes('/')) return !importsOf(file).includes(`src/modules/${to.replace(/\.ts$/, '')}`);
      return !file.text.includes(`'node:${to}'`);
    });
    expect(idle).toEqual([]);
  });
});

/** `npm run check` applies the rules to the current code, and test/scaffolding to the code with generated modules. */
describe('the rules generated from the list', () => {
  /** A file, its import, and the rule that must refuse it. */
  const violations: readonly (readonly [file: string, imported: string, rule: string])[] = [
    ['src/kernel/ids/a.ts', '../../modules/apps/contract/port', 'kernel-knows-npm-only'],
    ['src/kernel/ids/b.ts', '../../roles/role', 'kernel-knows-npm-only'],
    ['src/modules/apps/a.ts', '../../roles/role', 'modules-know-no-role'],
    ['src/main.ts', './modules/apps/contract/port', 'main-starts-a-role'],
    ['src/roles/c.ts', '../main', 'roles-do-not-start-themselves'],
    ['src/modules/apps/b.ts', '../audit/audit.service', 'only-through-the-door'],
    ['src/modules/apps/b.module.ts', '../audit/audit.module', 'only-through-the-door'],
    ['src/modules/oauth/oauth.module.ts', '../apps/apps.service', 'only-through-the-door'],
    ['src/modules/audit/c.ts', '../apps/contract/port', 'uses-of-audit'],
    ['src/modules/unlisted/d.ts', '../../kernel/kernel', 'module-is-listed'],
    ['src/modules/apps/contract/e.ts', '../domain/rule', 'contract-is-plain'],
    ['src/modules/apps/contract/f.ts', 'typeorm', 'contract-is-plain'],
    ['src/modules/keys/contract/keys.types.ts', 'typeorm', 'contract-is-plain: keys/contract/keys.types.ts'],
    ['src/modules/apps/rest/g.ts', '../apps.service', 'adapters-see-ports'],
    ['src/modules/apps/grpc/h.ts', '../storage/table', 'adapters-see-ports'],
    ['src/modules/apps/client/i.ts', '../domain/rule', 'adapters-see-ports'],
    ['src/modules/apps/j.service.ts', './rest/g', 'only-roles-know-surfaces'],
    ['src/modules/apps/domain/k.ts', '@nestjs/common', 'domain-has-no-framework'],
    ['src/modules/apps/domain/l.ts', '../../../kernel/time/clock', 'domain-has-no-framework'],
    ['src/modules/apps/domain/m.ts', 'node:fs', 'domain-has-no-framework'],
    ['src/modules/apps/storage/n.ts', '../apps.service', 'storage-belongs-to-its-module'],
    ['src/modules/apps/p.ts', './q', 'no-circular'],
    ['src/modules/apps/r.ts', '../../kernel/index', 'no-index'],
    ['src/modules/apps/s.ts', './nowhere', 'resolvable'],
    ['migrations/t.ts', '../src/kernel/kernel', 'migrations-are-plain-sql'],
    ['src/kernel/u.ts', '../../test/helper', 'product-needs-no-tests'],
    ['src/kernel/v.ts', 'jest', 'product-needs-no-dev-packages'],
    ['src/kernel/w.ts', '../../sdk/src/main', 'product-needs-no-sdk'],
    ['sdk/src/a.ts', '../../src/kernel/kernel', 'sdk-needs-nothing'],
    ['sdk/src/b.ts', 'node:crypto', 'sdk-needs-nothing'],
    ['sdk/src/c.ts', 'zod', 'sdk-needs-nothing'],
  ];
  const harmless = [
    'src/kernel/kernel.ts',
    'src/kernel/index.ts',
    'src/kernel/time/clock.ts',
    'src/roles/role.ts',
    'src/modules/apps/contract/port.ts',
    'src/modules/apps/domain/rule.ts',
    'src/modules/apps/storage/table.ts',
    'src/modules/apps/apps.service.ts',
    'src/modules/audit/audit.service.ts',
    'src/modules/audit/audit.module.ts',
    'sdk/src/main.ts',
    'test/helper.ts',
  ];
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dependency-rules-'));
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    };
    for (const file of harmless) write(file, 'export const x = 1;\n');
    for (const [file, imported] of violations) {
      write(file, `import * as other from '${imported}';\nexport const x: unknown = other;\n`);
    }
    write('src/modules/apps/q.ts', "import * as other from './p';\nexport const x: unknown = other;\n");
    for (const name of ['package.json', 'tsconfig.json', 'node_modules']) {
      symlinkSync(path.join(root, name), path.join(folder, name));
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('reject each kind of forbidden import, and no others', () => {
    const config = path.join(root, 'test/architecture/dependency-rules.cjs');
    const args = ['src', 'migrations', 'sdk/src', '--config', config, '--output-type', 'json'];
    const { stdout } = spawnSync(path.join(root, 'node_modules/.bin/depcruise'), args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const found: { rule: { name: string }; from: string }[] = JSON.parse(stdout).summary.violations;
    const expected = violations.map(([file, , rule]) => `${file}: ${rule}`);
    const shown = found.map(({ from, rule }) => `${from}: ${rule.name}`);
    expect(expected.filter((line) => !shown.includes(line))).toEqual([]);
    expect([...new Set(found.map(({ from }) => from))].filter((file) => harmless.includes(file))).toEqual([]);
  });
});
