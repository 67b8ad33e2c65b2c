import { faultOf, readMutants } from '../mutants/mutants.mjs';

/** Running all mutants takes an hour, so this test detects a change that moves a mutant's line. */
describe('the mutants', () => {
  const mutants = readMutants();

  it('exist', () => {
    expect(mutants.length).toBeGreaterThan(150);
  });

  it('each change text that occurs once in its file, and name an existing spec', () => {
    const faults = mutants.map((mutant) => ({ ...mutant, fault: faultOf(mutant) }));
    expect(faults.filter(({ fault }) => fault !== null)).toEqual([]);
  });

  it('each name the rule that they break', () => {
    expect(mutants.filter(({ rule }) => rule.trim() === '')).toEqual([]);
  });
});
