import { loadPackageDefinition } from './package-definition';
import { RepeatedCalls } from './repeated-calls';

const UNARY = { requestStream: false, responseStream: false };
const safe = { ...UNARY, options: { idempotency_level: 'NO_SIDE_EFFECTS' } } as Parameters<RepeatedCalls['failed']>[0];

it('a safe call is attempted up to three times', () => {
  const repeated = new RepeatedCalls();
  const pauses = [1, 2, 3].map((attempt) => repeated.failed(safe, attempt));
  expect(pauses).toEqual([expect.any(Number), expect.any(Number), null]);
});

it('streams are never retried', () => {
  const methods = Object.values(loadPackageDefinition()).flatMap((entry) =>
    'format' in entry ? [] : Object.values(entry),
  );
  const streams = methods.filter(({ requestStream, responseStream }) => requestStream || responseStream);
  expect(streams.length).toBeGreaterThan(0);
  for (const stream of streams) expect(new RepeatedCalls().failed(stream, 1)).toBeNull();
});

it('calls are not retried while most calls fail, until enough calls have succeeded', () => {
  const repeated = new RepeatedCalls();
  for (let count = 0; count < 500; count++) repeated.failed(safe, 3);
  expect(repeated.failed(safe, 1)).toBeNull();
  for (let count = 0; count < 3; count++) repeated.succeeded();
  expect(repeated.failed(safe, 1)).not.toBeNull();
});
