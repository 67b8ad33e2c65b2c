import { jsonOf, prepareJson } from './prepared-json';

describe('a prepared response', () => {
  it('is sent with the same JSON as an ordinary response and cannot change', () => {
    const answer = { b: 'ü', a: [1, null], left: undefined };
    const prepared = prepareJson({ ...answer });
    expect(jsonOf(prepared)).toBe(JSON.stringify(answer));
    expect(jsonOf({ ...answer })).toBe(JSON.stringify(answer));
    expect(() => Object.assign(prepared, { b: 'other' })).toThrow(TypeError);
    expect(jsonOf(prepared)).toBe('{"b":"ü","a":[1,null]}');
  });
});
