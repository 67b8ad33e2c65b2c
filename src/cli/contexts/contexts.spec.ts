import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { changeContexts, checkedName, chosenContext, chosenName, type Context, readContexts } from './contexts';

const CONTEXT: Context = {
  url: 'https://api.example.com',
  controlPlaneUrl: null,
  tenant: 'acme',
  signIn: { by: 'browser' },
};

let folder: string;
let environment: Readonly<Record<string, string>>;
const add = (name: string): Promise<void> =>
  changeContexts(environment, ({ current, contexts }) => ({
    current: current ?? name,
    contexts: { ...contexts, [name]: CONTEXT },
  }));

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-contexts-'));
  environment = { XDG_CONFIG_HOME: folder };
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('chooses the option, then CPOD_CONTEXT, then the current context', async () => {
  expect(chosenContext(undefined, environment)).toBeNull();
  for (const name of ['one', 'two', 'three']) await add(name);
  expect(chosenContext(undefined, environment)).toEqual({ name: 'one', ...CONTEXT });
  expect(chosenName(undefined, { ...environment, CPOD_CONTEXT: ' two ' })).toBe('two');
  expect(chosenName('three', { ...environment, CPOD_CONTEXT: 'two' })).toBe('three');
  expect(chosenName(undefined, { ...environment, CPOD_CONTEXT: '' })).toBe('one');
});

it('keeps every one of simultaneous changes', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `context-${at}`);
  await Promise.all(names.map(add));
  expect(Object.keys(readContexts(environment).contexts).sort()).toEqual([...names].sort());
});

it('suggests a context for a mistyped name', async () => {
  await add('production');
  expect(() => chosenContext('prodution', environment)).toThrow(
    'There is no context "prodution". Did you mean "production"? Create it: coresdk login --context prodution',
  );
  expect(() => chosenContext('toString', environment)).toThrow('There is no context "toString".');
});

it.each(['', '../x', 'a/b', '-x', '.x', 'a b', 'x'.repeat(65), 'ä'])(
  'rejects the name %j, which would be a part of a file name',
  (name) => {
    expect(() => checkedName(name)).toThrow('The name of a context must begin with');
  },
);

it('rejects a damaged file without losing it', async () => {
  await add('one');
  const file = path.join(folder, 'coresdk', 'contexts.json');
  for (const text of ['{', '[]', '{"current":"one","contexts":{"../x":{}}}']) {
    writeFileSync(file, text);
    expect(() => readContexts(environment)).toThrow('does not contain valid contexts');
    await expect(add('two')).rejects.toThrow('does not contain valid contexts');
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});
