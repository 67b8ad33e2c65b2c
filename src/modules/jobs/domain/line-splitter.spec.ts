import { JOB_LIMITS } from '../contract/job-limits';
import { LineSplitter } from './line-splitter';
import { decodeLines, encodeLine } from './log-format';

const MAX = JOB_LIMITS.maxLogLineBytes;

function linesOf(...pieces: readonly (string | Uint8Array)[]): string[] {
  const splitter = new LineSplitter();
  return [...pieces.flatMap((piece) => [...splitter.add(piece)]), ...splitter.end()];
}

describe('chunks of a stream', () => {
  it.each<[string, (string | Uint8Array)[], string[]]>([
    ['LF', ['a\nb\n'], ['a', 'b']],
    ['CR LF', ['a\r\nb\r\n'], ['a', 'b']],
    ['CR, as written by a progress bar', ['10%\r20%\r'], ['10%', '20%']],
    ['CR LF split across two chunks', ['a\r', '\nb'], ['a', 'b']],
    ['no line ending at the end', ['a\nb'], ['a', 'b']],
    ['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
    ['a character split across two chunks', [new Uint8Array([0xc3]), new Uint8Array([0xa4, 0x0a])], ['ä']],
    ['bytes that are not UTF-8', [new Uint8Array([0x61, 0xff, 0x0a])], ['a\ufffd']],
    ['half of a surrogate pair', ['a\ud83d\n'], ['a\ufffd']],
    ['nothing', ['', new Uint8Array()], []],
  ])('become lines: %s', (_name, pieces, lines) => {
    expect(linesOf(...pieces)).toEqual(lines);
  });

  it.each(['x', 'ä', '€', '😀'])('are split between characters when a line is too long (%s)', (character) => {
    const text = character.repeat(100_000);
    for (const pieces of [[text], [Buffer.from(text)], [text.slice(0, 70_001), text.slice(70_001)]]) {
      const lines = linesOf(...pieces, '\nnext\n');
      expect(lines.at(-1)).toBe('next');
      expect(lines.slice(0, -1).join('')).toBe(text);
      expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(MAX);
      // All lines are full except the last one.
      expect(lines.length - 1).toBeLessThanOrEqual(Math.ceil(Buffer.byteLength(text) / (MAX - 3)) + 2);
    }
  });
});

describe('a chunk', () => {
  it('returns its lines, starting at any line', () => {
    const atMs = Date.UTC(2026, 10, 27);
    const texts = ['', 'ä😀', 'with \0 and \u001b[31m color', 'e000'];
    const content = Buffer.concat(
      texts.map((text, index) => encodeLine(index % 2 ? 'stderr' : 'stdout', atMs + index, text)),
    );
    const lines = [...decodeLines(content, 40, 0)];
    expect(lines.map(({ text }) => text)).toEqual(texts);
    expect(lines.map(({ line }) => line)).toEqual([40, 41, 42, 43]);
    expect(lines[1]).toEqual({ line: 41, at: '2026-11-27T00:00:00.001Z', stream: 'stderr', text: 'ä😀' });
    expect([...decodeLines(content, 40, 42)]).toEqual(lines.slice(2));
  });
});
