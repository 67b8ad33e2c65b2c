import { createLogger } from '../../kernel/telemetry/logger';
import { maskLogRecord, maskLogText } from './log-mask';

const CANARIES = {
  email: 'canary.lovelace@example.com',
  card: '4111 1111 1111 1111',
  token: 'cpod_c4n4ryc4n4ryc4n4ryc4n4ryc4n4ry12',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ',
  bearer: 'Bearer c4n4ry-token-0123456789abcdef',
};

function linesOf(log: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  log(createLogger('trace', 'test', maskLogRecord, { write: (line) => lines.push(line) }));
  return lines.join('');
}

describe('text that bypasses the logger', () => {
  it.each(Object.entries(CANARIES))('never contains %s', (_kind, canary) => {
    expect(maskLogText(`Error: no connection for ${canary}\n    at open (store.ts:1:2)`)).not.toContain(canary);
  });

  it('is unchanged if it contains no value to mask', () => {
    const text =
      'listen EADDRINUSE: address already in use :::8000. Another program uses this port; stop it, or set PORT.';
    expect(maskLogText(text)).toBe(text);
  });
});

describe('a log line', () => {
  it.each(Object.entries(CANARIES))('never contains %s, regardless of how it was logged', (_kind, canary) => {
    const text = linesOf((logger) => {
      logger.info(`a message with ${canary} in it`);
      logger.info({ note: canary, deep: { list: [{ x: `(${canary})` }] } }, 'bindings');
      logger.error(new Error(`failed for ${canary}`));
      logger.error({ err: new Error('outer', { cause: new Error(`inner ${canary}`) }) }, 'cause');
      logger.warn('formatted %s and %j', canary, { canary });
      logger.child({ bound: canary }).debug('child');
      logger.info({ [canary]: 1 }, 'as a name');
    });
    expect(text.split('\n')).toHaveLength(8);
    expect(text).not.toContain(canary);
  });

  it('never contains a value of a field with a sensitive name, at any depth', () => {
    const text = linesOf((logger) => {
      const hidden = { password: 'c4n4ry', apiKey: 'c4n4ry', ssn: 123456789, 'user.email': 'c4n4ry' };
      logger.info({ ...hidden, a: { b: { c: { d: [hidden] } } } }, 'fields');
    });
    expect(text).not.toMatch(/c4n4ry|123456789/);
  });

  it('keeps the fields that operators need, such as IDs, addresses and durations', () => {
    const record = {
      requestId: 'req-01kax8q6v9a7t0e4m2h3c5d6f7',
      tenantId: 'tnt-01kax8q6v9a7t0e4m2h3c5d6f7',
      id: 'c05ae42f-3223-4614-8773-db75fbad4d79',
      traceparent: '00-dc61585a79262430270bc1753f461ef5-863ba28b2450033c-01',
      address: '[::1]:50051',
      ip: '192.0.2.1',
      durationMs: 1234567,
      url: 'https://auth.example.com/.well-known/jwks.json',
    };
    const [line = ''] = linesOf((logger) => logger.info(record, 'The schema was brought up to date')).split('\n');
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      role: 'test',
      pid: process.pid,
      msg: 'The schema was brought up to date',
      ...record,
    });
  });

  it('is limited in size: long strings and deep or wide values are truncated', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 100; level += 1) deep = { deep };
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`n${index}`, `t${index}`]));
    const text = linesOf((logger) => logger.info({ long: 'x'.repeat(1_000_000), deep, wide }, 'large'));
    expect(text).toContain('more characters');
    expect(text).not.toContain('bottom');
    expect(text).not.toContain('t9999');
  });

  it('is replaced by a placeholder if it cannot be masked', () => {
    const lines: string[] = [];
    const broken = (): never => {
      throw new Error('no');
    };
    createLogger('info', 'test', broken, { write: (line) => lines.push(line) }).info({ password: 'x' }, 'c4n4ry');
    expect(JSON.parse(lines.join(''))).toMatchObject({ level: 'error', msg: '[REDACTED]' });
    expect(lines.join('')).not.toContain('c4n4ry');
  });

  it('hides fields with sensitive names even if no mask is set', () => {
    const lines: string[] = [];
    createLogger('info', 'test', undefined, { write: (line) => lines.push(line) }).info({ a: { password: 'c4n4ry' } });
    expect(lines.join('')).not.toContain('c4n4ry');
  });
});
