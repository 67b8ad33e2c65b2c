import { PROGRESS_WORD, ProgressLines } from './progress-lines';

function told(...pieces: readonly (string | Uint8Array)[]): readonly unknown[] {
  const all: unknown[] = [];
  const lines = new ProgressLines((progress) => {
    all.push(progress);
  });
  for (const piece of pieces) lines.take(piece);
  return all;
}

const line = (text: string): string => `${PROGRESS_WORD}${text}\n`;

describe('progress in the output of a job', () => {
  it('is found regardless of how the output is split', () => {
    const text = Buffer.from(`before\n${line('{"percent":5,"stage":"ä","detail":{"a":1}}')}after\n`);
    const expected = [{ percent: 5, stage: 'ä', detail: { a: 1 } }];
    for (let cut = 0; cut <= text.length; cut++) {
      expect(told(text.subarray(0, cut), text.subarray(cut))).toEqual(expected);
    }
    expect(told(...[...text].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it.each([
    ['invalid JSON', line('{')],
    ['an invalid percentage', line('{"percent":101}')],
    ['a report that is not at the beginning of its line', `x${line('{"percent":1}')}`],
    ['a report at the end of an overlong line', `${PROGRESS_WORD}${'x'.repeat(100_000)}${line('{"percent":1}')}`],
    ['a line without an end', `${PROGRESS_WORD}{"percent":1}`],
  ])('is ignored: %s', (_name, text) => {
    expect(told(text)).toEqual([]);
  });

  it('is found after an invalid line', () => {
    expect(told('x'.repeat(100_000), `${PROGRESS_WORD}{}`, '\n', line('{"percent":1}'))).toEqual([{ percent: 1 }]);
  });
});
