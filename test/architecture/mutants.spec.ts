import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const folder = path.join(root, 'test/mutants/lists');

interface Mutant {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly spec: string;
  readonly rule: string;
}

const mutants = readdirSync(folder).flatMap(
  (list) => JSON.parse(readFileSync(path.join(folder, list), 'utf8')) as Mutant[],
);

/** Running all mutants takes an hour, so this test detects a change that moves a mutant's line. */
describe('the mutants', () => {
  it('exist', () => {
    expect(mutants.length).toBeGreaterThan(150);
  });

  it('each change text that occurs once in its file', () => {
    const wrong = mutants.filter(({ file, find, replace }) => {
      if (!existsSync(path.join(root, file)) || find === replace) return true;
      return readFileSync(path.join(root, file), 'utf8').split(find).length !== 2;
    });
    expect(wrong.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
  });

  it('each name an existing spec and the rule that it states', () => {
    const wrong = mutants.filter(({ spec, rule }) => !existsSync(path.join(root, spec)) || rule.trim() === '');
    expect(wrong.map(({ file, spec }) => `${file}: ${spec}`)).toEqual([]);
  });
});
