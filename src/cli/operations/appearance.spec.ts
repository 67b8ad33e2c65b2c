import { PassThrough } from 'node:stream';
import { appearanceOf, colorOf } from './appearance';

describe('the color of a cell', () => {
  it.each([
    ['status', 'completed', 'green'],
    ['error.state', 'FAILED', 'red'],
    ['outcome', 'queued', 'yellow'],
    ['status', 'new', null],
    ['name', 'failed', null],
  ])('in %s for %s is %s', (column, cell, expected) => {
    expect(colorOf(column, cell)).toBe(expected);
  });
});

describe('standard output', () => {
  const variables = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS'];
  const before = variables.map((name) => [name, process.env[name]] as const);

  beforeEach(() => {
    for (const name of variables) delete process.env[name];
  });

  afterAll(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  /** A stand-in for a terminal with 256 colors, or for a file. */
  const stdout = (isTTY: boolean): NodeJS.WriteStream =>
    Object.assign(new PassThrough(), { isTTY, columns: 72, getColorDepth: () => 8 }) as unknown as NodeJS.WriteStream;
  const red = (isTTY: boolean): string | undefined => appearanceOf(stdout(isTTY)).style?.('red', 'x');

  it('has a width and colors only at a terminal', () => {
    expect([appearanceOf(stdout(true)).columns, appearanceOf(stdout(false)).columns]).toEqual([72, undefined]);
    expect([red(true), red(false)]).toEqual(['\u001b[31mx\u001b[39m', 'x']);
  });

  it('has colors without a terminal if FORCE_COLOR is set', () => {
    process.env['FORCE_COLOR'] = '1';
    expect(red(false)).toBe('\u001b[31mx\u001b[39m');
  });
});
