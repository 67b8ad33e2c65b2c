import { readRunOptions } from './run-options.js';

describe('rego run', () => {
  it('accepts OPA options', () => {
    const args = [
      '-s',
      '-b',
      'one',
      '--addr',
      ':8181,unix:///tmp/x',
      '--log-level=error',
      '--authentication=token',
      '--authorization=basic',
      '--disable-telemetry',
    ];
    expect(readRunOptions(args)).toMatchObject({
      addresses: [':8181', 'unix:///tmp/x'],
      paths: ['one'],
      asBundles: true,
      logLevel: 'error',
      authentication: 'token',
      authorization: 'basic',
      limits: { deadlineMs: 2_000, maxSteps: 20_000_000 },
      graceMs: 10_000,
    });
    expect(readRunOptions(['--server'])).toMatchObject({
      addresses: ['localhost:8181'],
      verification: null,
      tls: null,
    });
  });

  it.each([
    [[], 'Add --server'],
    [['-s', '--pprof'], '--pprof is not supported'],
    [['-s', '--v0-compatible'], '--v0-compatible is not supported: only Rego v1'],
    [['-s', '--authentication', 'tls'], '--authentication tls is not supported'],
    [['-s', '--authorization', 'none'], '--authorization must be one of basic, off'],
    [['-s', '--log-level', 'loud'], '--log-level must be one of'],
    [['-s', '--tls-cert-file', 'x'], 'TLS needs both'],
    [['-s', '--watch'], '--watch needs a path'],
    [['-s', '--nothing'], 'Unknown option'],
  ])('refuses %j', (args, message) => {
    expect(() => readRunOptions(args)).toThrow(message);
  });
});
