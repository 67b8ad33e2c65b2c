import { systemContext } from '../context/call-context';
import { writeKeyOf } from './write-key';

const keyOf = (idempotencyKey: string | null) => writeKeyOf({ ...systemContext('req-1', 'tnt-a'), idempotencyKey });

describe('an idempotency key', () => {
  it('is absent if none was sent', () => {
    expect(keyOf(null)).toBeNull();
  });

  it.each(['a', '8e03978e-40d5-43dd-bc93-6894a57f9324', 'x'.repeat(255), "it's/~!#$%&()*+-.:;<=>?@[]^_`{|}"])(
    'can be %j',
    (key) => {
      expect(keyOf(key)?.keyHash).toHaveLength(32);
    },
  );

  it('equals its quoted form from the IETF draft', () => {
    expect(keyOf('"8e03978e"')).toEqual(keyOf('8e03978e'));
  });

  it.each(['', '""', 'two words', 'one, two', '"a', 'a"b', 'a\\b', 'ü', '\u0000', 'x'.repeat(256), '"a", "a"'])(
    'cannot be %j',
    (key) => {
      expect(() => keyOf(key)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    },
  );

  it('belongs to a single caller', () => {
    const context = { ...systemContext('req-1', 'tnt-a'), idempotencyKey: 'k' };
    const callers = [
      writeKeyOf(context),
      writeKeyOf({ ...context, appId: 'app-1' }),
      writeKeyOf({ ...context, actor: { type: 'user', id: 'system' } }),
      writeKeyOf({ ...context, actor: { type: 'system', id: 'other' } }),
    ].map((key) => key?.caller);
    expect(new Set(callers).size).toBe(4);
  });
});
