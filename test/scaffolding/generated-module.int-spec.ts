import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GeneratedTree, type Outcome } from './generated-tree';

/** Every member type, with and without null. */
const MEMBERS = 'number:string,total:number?,lines:integer,paid:boolean,due:date?,note:text?';
const EXPECTED = path.join(__dirname, 'expected');
/** The time at which a migration was generated, in the file name and in the class name. */
const STAMPS = /\b\d{14}(?=-purchase-orders-create)|(?<=PurchaseOrdersCreate)\d{13}/g;
/** Files that another test (run below) compares with the code. */
const MADE = ['src/roles/backend/openapi.json', 'src/roles/control-plane/openapi.json', 'sdk/src/generated/schemas.ts'];
const CODE = /\.([cm]?ts|cjs)$/;
const GENERATED = /\/generated\//;

let tree: GeneratedTree;
let created: readonly string[];
let edited: readonly string[];

beforeAll(async () => {
  tree = GeneratedTree.make();
  const api = await tree.run('nest', ['g', 'platform-api', 'purchase-order', MEMBERS]);
  const service = await tree.run('nest', ['g', 'sidecar-service', 'purchase-orders']);
  expect([api, service].map(({ text }) => text)).toEqual([
    expect.stringContaining('CREATE src/modules/purchase-orders/purchase-orders.service.ts'),
    expect.stringContaining('CREATE proto/cpod/internal/v1/purchase_orders.proto'),
  ]);
  ({ created, edited } = tree.changes());
});

afterAll(() => {
  tree.remove();
});

/** Returns the lines added to a file, except entries in lists of all modules, because those lists change with every module. */
const ownLines = (file: string): readonly string[] =>
  tree.gained(file).filter((line) => !/^ {2}\| '[a-z]{3}'$/.test(line));

/** Shows the output of a failed program. */
const failed = ({ code, text }: Outcome): readonly string[] => (code === 0 ? [] : [text]);

describe('a platform API and its sidecar service, generated with nest g', () => {
  it('match the expected files (after a change: UPDATE=1 npx jest test/scaffolding)', () => {
    const gained = edited
      .filter((file) => !MADE.includes(file))
      .map((file) => [file, ...ownLines(file).map((line) => `+ ${line}`)].join('\n'));
    const texts = new Map(created.map((file) => [`${file.replaceAll(STAMPS, '0')}.txt`, tree.read(file)]));
    texts.set('edits.txt', `${gained.join('\n\n')}\n`);
    if (process.env['UPDATE'] === '1') {
      rmSync(EXPECTED, { recursive: true, force: true });
      for (const [file, text] of texts) {
        mkdirSync(path.dirname(path.join(EXPECTED, file)), { recursive: true });
        writeFileSync(path.join(EXPECTED, file), text.replaceAll(STAMPS, '0'));
      }
    }
    const files = readdirSync(EXPECTED, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const expected = files.map((file) => path.relative(EXPECTED, path.join(file.parentPath, file.name)));
    expect([...texts.keys()].sort()).toEqual(expected.sort());
    for (const [file, text] of texts) {
      const known = readFileSync(path.join(EXPECTED, file), 'utf8');
      expect([file, text.replaceAll(STAMPS, '0')]).toEqual([file, known]);
    }
  });

  it('have a migration that comes after all others, with the same time in its file name and class name', () => {
    const migrations = readdirSync(path.join(tree.folder, 'migrations')).filter((file) => file.endsWith('.ts'));
    const last = migrations.sort().at(-1) ?? '';
    const [stamp = ''] = last.split('-');
    expect(last).toBe(`${stamp}-purchase-orders-create.ts`);
    const [, ms = ''] = /PurchaseOrdersCreate(\d{13}) /.exec(tree.read(`migrations/${last}`)) ?? [];
    expect(new Date(Number(ms)).toISOString().replaceAll(/[-T:]|\.000Z/g, '')).toBe(stamp);
  });

  it('pass the checks for format, types, lint, module imports and protos', async () => {
    const code = [...created, ...edited].filter((file) => CODE.test(file) && !GENERATED.test(file));
    const documents = edited.filter((file) => file.endsWith('.md'));
    const ours = code.filter((file) => file.endsWith('.ts'));
    const outcomes = await Promise.all([
      tree.run('prettier', ['--check', ...code, ...documents]),
      tree.run('node', [
        'test/scaffolding/check-code.cjs',
        ...[...ours, '--lint', ...ours.filter((file) => created.includes(file))],
      ]),
      tree.run('depcruise', ['src', 'migrations', 'sdk/src', '--config', 'test/architecture/dependency-rules.cjs']),
      tree.run('buf', ['lint', 'proto']),
      tree.run('node', ['scripts/proto.mjs', '--check']),
      tree.run('node', ['scripts/sdk-types.mjs', '--check']),
      tree.run('tsc', ['-p', 'sdk', '--noEmit', '--incremental', 'false', '--tsBuildInfoFile', 'null']),
    ]);
    expect(outcomes.flatMap(failed)).toEqual([]);
  });

  it('pass their own tests and the architecture tests', async () => {
    const specs = [
      'src/roles/backend/purchase-orders.int-spec.ts',
      'test/contract/purchase-order-lookup.port.int-spec.ts',
      'src/modules/policy/policies.spec.ts',
      'sdk/test/operations.spec.ts',
      ...['coverage', 'operations'].map((name) => `src/cli/operations/${name}.spec.ts`),
      'test/architecture/documents.spec.ts',
      ...['hosting', 'openapi', 'routes', 'house-rules', 'idempotency', 'reserved-actions'].map(
        (name) => `test/architecture/${name}.spec.ts`,
      ),
      ...['row-security', 'tenant-data'].map((name) => `test/architecture/${name}.int-spec.ts`),
    ];
    // Runs the tests in one process, which compiles shared code only once.
    const outcome = await tree.run('jest', ['--runInBand', '--runTestsByPath', ...specs]);
    expect(failed(outcome)).toEqual([]);
  });
});

describe('nest g refuses', () => {
  it.each([
    [['platform-api', 'groups'], 'There are already routes under /v1/groups'],
    [['platform-api', 'plans'], 'There are already commands "plans"'],
    [['platform-api', 'thing', 'id:string'], 'every resource has id'],
    [['platform-api', 'thing', 'day:string'], 'the generated code uses the names'],
    [['platform-api', 'thing', 'colour:rainbow'], 'types: string, text'],
    [['sidecar-service', 'thing'], 'Run nest g platform-api things first'],
  ])('%j, and writes nothing', async (args, words) => {
    const { text } = await tree.run('nest', ['g', ...args]);
    expect(text).toContain(words);
    expect(text).not.toContain('CREATE');
  });
});
