import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NEEDS_NODE } from './builtins/needs-node.js';
import { NODE_BUILTINS } from './builtins/node-builtins.js';
import { compilePolicy } from './main.js';

const sourceOf = (body: string) => [{ path: 'a.rego', text: `package a\n\n${body}\n` }];

/** Returns the paths of all files that an entry point loads, and the packages that these files import. */
function loadedBy(entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const files = new Set([path.join(__dirname, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)(?! type)[^;]*? from '([^']+)';/gm,
    )) {
      if (name.startsWith('.')) files.add(path.join(path.dirname(file), name.replace(/\.js$/, '.ts')));
      else packages.add(name);
    }
  }
  return { files, packages };
}

describe('the portable entry', () => {
  it('loads no Node.js modules', () => {
    const { files, packages } = loadedBy('main.ts');
    expect(files.size).toBeGreaterThan(150);
    expect([...packages].sort()).toEqual(['buffer', 'graphql', 're2js', 'yaml']);
  });

  it('names the entry point that provides a missing function', () => {
    const result = compilePolicy(sourceOf('p := crypto.sha256("x")'));
    expect(result.ok ? [] : result.errors.map(({ message }) => message)).toEqual([
      'undefined function crypto.sha256: it needs Node; compile with @coresdk/rego/node',
    ]);
  });

  it('lists all functions that it lacks', () => {
    expect([...NEEDS_NODE].sort()).toEqual(NODE_BUILTINS.map(({ name }) => name).sort());
  });

  it('evaluates all other functions', () => {
    const result = compilePolicy(
      sourceOf('p := [upper("a"), io.jwt.decode("e30.e30.")[1], uuid.rfc4122("x") == uuid.rfc4122("x")]'),
    );
    const outcome = result.ok ? result.policy.prepareRule('a.p')?.evaluate(undefined) : undefined;
    expect(outcome).toMatchObject({ outcome: 'value', value: ['A', expect.anything(), true] });
  });
});
