import { csvRecords } from './csv';

const fieldsOf = (text: string) => [...csvRecords(text)].map(({ line, fields }) => [line, ...fields]);

describe('CSV (RFC 4180)', () => {
  it.each([
    [
      'a,b\r\nc,d\r\n',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    ],
    ['\uFEFFa,b\n', [[1, 'a', 'b']]],
    [
      '"a, ""b""\nc",d\ne,f\n',
      [
        [1, 'a, "b"\nc', 'd'],
        [3, 'e', 'f'],
      ],
    ],
    [
      'a,\n,b\n',
      [
        [1, 'a', ''],
        [2, '', 'b'],
      ],
    ],
    ['\n\na\n\n', [[3, 'a']]],
    ['"",""\n', [[1, '', '']]],
    ['', []],
    ['Ä,漢字,😀\n', [[1, 'Ä', '漢字', '😀']]],
  ])('is parsed: %j', (text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
    expect([...csvRecords(text)].every(({ fault }) => fault === null)).toBe(true);
  });

  it.each([
    ['a"b,c\nd\n', [true, false]],
    ['"a"b,c\nd\n', [true, false]],
    ['a\n"b,c\nd\n', [false, true, false]],
  ])('with misplaced quotes has an error, but the next line is parsed: %j', (text, faults) => {
    expect([...csvRecords(text)].map(({ fault }) => fault !== null)).toEqual(faults);
  });

  it('reads each character only a few times, regardless of the content', () => {
    const quotes = '"\n'.repeat(20_000);
    expect([...csvRecords(quotes)].length).toBeLessThanOrEqual(20_000);
    expect([...csvRecords(`"${'x'.repeat(1_000_000)}`)]).toHaveLength(1);
  });

  it('can be one quoted field of any length', () => {
    const [record, ...others] = csvRecords(`"${'""'.repeat(8 * 1024 * 1024)}"`);
    expect([record?.fields[0]?.length, record?.fault, others.length]).toEqual([8 * 1024 * 1024, null, 0]);
  });
});
