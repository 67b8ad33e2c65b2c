import type { IncomingMessage } from 'node:http';
import { systemContext } from '../../context/call-context';
import { labeledCall } from './labeled-call';

const context = systemContext('req-1');
const labeled = (method: string, headers: Readonly<Record<string, string>>) =>
  labeledCall({ method, headers } as unknown as IncomingMessage, context);
const CHANGE_SET = '0d9f4b5e-6f0c-4a3e-9f60-0b9b8f5f2c11';

it('adds the idempotency key of a POST, and of no other method', () => {
  const headers = { 'idempotency-key': 'k' };
  expect(labeled('POST', headers)).toEqual({ ...context, idempotencyKey: 'k', notes: { isReplayed: false } });
  expect(labeled('PUT', headers)).toEqual(context);
});

it('adds the change set', () => {
  expect(labeled('DELETE', { 'x-change-set': CHANGE_SET })).toEqual({ ...context, changeSet: CHANGE_SET });
});

it.each(['', 'release-7', CHANGE_SET.toUpperCase(), `${CHANGE_SET}, ${CHANGE_SET}`])(
  'refuses the change set %j',
  (value) => {
    expect(() => labeled('PUT', { 'x-change-set': value })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  },
);
