import { callWithJson, testContext } from './testing/call-builtin.js';
import { UUID_BUILTINS } from './uuid.js';

const parse = (text: string): unknown => callWithJson(UUID_BUILTINS, 'uuid.parse', [text]);

describe('uuid', () => {
  test('rfc4122 returns a version 4 UUID, the same for the same key within a query', () => {
    let calls = 0;
    const context = testContext({ randomBytes: (size) => new Uint8Array(size).fill(calls++ + 0xfe) });
    const call = (key: string): unknown => callWithJson(UUID_BUILTINS, 'uuid.rfc4122', [key], context);
    expect(call('a')).toBe('fefefefe-fefe-4efe-befe-fefefefefefe');
    expect(call('a')).toBe('fefefefe-fefe-4efe-befe-fefefefefefe');
    expect(call('b')).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  test.each([
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6',
    'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    '{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}',
    'f81d4fae7dec11d0a76500a0c91e6bf6',
  ])('%s is parsed into its time and node', (text) => {
    expect(parse(text)).toEqual({
      version: 1,
      variant: 'RFC4122',
      time: 854_991_792_216_875_000,
      clocksequence: 10_085,
      nodeid: '00-a0-c9-1e-6b-f6',
      macvariables: 'global:unicast',
    });
  });

  test.each(['', 'f81d4fae-7dec-11d0-a765-00a0c91e6bfx', 'f81d4fae-7dec-11d0-a765_00a0c91e6bf6'])(
    '%j is not a UUID',
    (text) => {
      expect(parse(text)).toBeUndefined();
    },
  );
});
