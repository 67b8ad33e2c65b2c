import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderEnvExample } from '../../src/kernel/config/env-example';
import { ALL_SECTIONS } from '../../src/roles/settings';
import { root, sourceFiles } from '../support/source-files';

const file = path.join(root, '.env.example');

describe('.env.example', () => {
  it('matches the declarations (after a change: UPDATE=1 npm test env-example)', () => {
    const rendered = renderEnvExample(ALL_SECTIONS);
    if (process.env['UPDATE'] === '1') writeFileSync(file, rendered);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(rendered);
  });

  it('has every declared section', () => {
    const declared = sourceFiles().flatMap(({ text }) =>
      [...text.matchAll(/= configSection\(\s*'([^']+)'/g)].map(([, title = '']) => title),
    );
    expect(ALL_SECTIONS.map(({ title }) => title).sort()).toEqual(declared.sort());
  });

  it('declares each variable once', () => {
    const names = ALL_SECTIONS.flatMap(({ variables }) => Object.keys(variables));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('does not set any variable when copied to .env unchanged', () => {
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
