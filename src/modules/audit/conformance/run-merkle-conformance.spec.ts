import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMerkleConformance } from './run-merkle-conformance';

const SUITE = join(__dirname, '../../../../../shared/conformance/merkle');

const single = (members: object): string => {
  const root = Buffer.alloc(32, 7).toString('base64');
  return JSON.stringify({
    leafIdx: 0,
    treeSize: 1,
    root,
    leafHash: root,
    proof: null,
    desc: 'd',
    wantErr: false,
    ...members,
  });
};

describe('runMerkleConformance', () => {
  it('counts passed cases and names failed cases', () => {
    const report = runMerkleConformance([
      { name: 'inclusion/right.json', text: single({}) },
      { name: 'inclusion/wrong.json', text: single({ wantErr: true }) },
      {
        name: 'consistency/x.json',
        text: '{"size1":1,"size2":2,"root1":"","root2":"","proof":[],"desc":"d","wantErr":false}',
      },
    ]);
    expect(report).toMatchObject({ passed: 1, total: 3 });
    expect(report.failures).toEqual([
      { name: 'inclusion/wrong.json', reason: 'accepted, but must be rejected: d' },
      { name: 'consistency/x.json', reason: 'rejected, but is valid: d' },
    ]);
  });

  it.each(['{', '[]', '{}', single({ wantErr: undefined })])('refuses %s', (text) => {
    expect(() => runMerkleConformance([{ name: 'x', text }])).toThrow(SyntaxError);
  });
});

describe('the public cases of transparency-dev/merkle', () => {
  if (!existsSync(SUITE)) {
    it.skip(`are not at ${SUITE}`, () => undefined);
    return;
  }

  it('all pass', () => {
    const names = readdirSync(SUITE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    const report = runMerkleConformance(names.map((name) => ({ name, text: readFileSync(join(SUITE, name), 'utf8') })));
    expect(report.failures).toEqual([]);
    expect(report.total).toBeGreaterThan(50);
  });
});
