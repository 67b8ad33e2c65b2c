import { valueText } from './value-text';

describe('valueText', () => {
  it('keeps numbers as they are written', () => {
    const value = '{"card":6304000000000000000,"n":[1.10,4111111111111111e0],"__proto__":"x"}';
    expect(valueText(`{ "strategy": "mask", "value": ${value} }`)).toBe(value);
    expect(valueText('{"value":6304000000000000001}')).toBe('6304000000000000001');
  });

  it('uses the last of two members with the same name, as does the check of the body', () => {
    expect(valueText('{"value":1,"value":12345678901234567890}')).toBe('12345678901234567890');
  });

  it('refuses a value that is nested too deeply', () => {
    const deep = `{"value":${'['.repeat(400_000)}1e5${']'.repeat(400_000)}}`;
    expect(() => valueText(deep)).toThrow(expect.objectContaining({ code: 'invalid_request' }) as Error);
  });
});
