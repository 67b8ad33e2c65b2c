import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { Clock } from '../../src/kernel/time/clock';
import { Mailer, type Mail } from '../../src/modules/users/mail/mailer';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import type { NewUser, SignInOrigin, AddressedUser } from '../../src/modules/users/contract/users.types';
import type { TestCore } from './test-core';
import { queryAs, type TestDatabase } from './test-database';

export const PASSWORD = 'correct horse battery staple';

/** The origin of a test's sign-ins, with its own address, so that failures in other tests do not slow it down. */
function originOf(ip: string): SignInOrigin {
  return { ip, userAgent: 'test', requestId: newId('req') };
}

let addresses = 0;

/** Returns an origin that no other test uses. */
export function newOrigin(): SignInOrigin {
  addresses++;
  return originOf(`198.51.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`);
}

/** Returns an address that no other test uses. */
export function newEmail(name = 'ada'): string {
  return `${name}.${newId('usr').slice(-10)}@example.com`;
}

/** Creates a user of a tenant: an active member with {@link PASSWORD} unless specified otherwise. */
export function makeUser(
  { context }: TestCore,
  tenantId: string,
  members: Partial<NewUser> = {},
): Promise<AddressedUser> {
  const input = { email: newEmail(), displayName: 'Ada', role: 'member', password: PASSWORD, ...members } as const;
  return context.get(UsersPort).create(systemContext(newId('req'), tenantId), input);
}

/** An audit record, or an event that is not yet in the log. */
export interface Recorded {
  readonly action: string;
  readonly outcome: string;
  readonly reason: string;
  readonly resource_id: string;
  readonly actor_id: string;
  readonly tenant_id: string;
}

/** Returns the audit records of a request, oldest first. */
export function recordedOf(database: TestDatabase, requestId: string): Promise<readonly Recorded[]> {
  return queryAs<Recorded>(
    database.adminUrl,
    `SELECT * FROM (
       SELECT id, action, outcome, reason, resource_id, actor_id, tenant_id FROM audit.events WHERE request_id = $1
       UNION
       SELECT id, payload->>'action', payload->>'outcome', payload->>'reason', payload->>'resourceId',
              payload->>'actorId', payload->>'tenantId'
       FROM kernel.outbox WHERE payload->>'requestId' = $1) AS events ORDER BY id`,
    [requestId],
  );
}

/** Shifts a core's clock by this much; with 0, restores the machine's time. */
export function moveClock({ context }: TestCore, byMs: number): void {
  const clock = context.get(Clock);
  jest.restoreAllMocks();
  if (byMs !== 0) jest.spyOn(clock, 'nowMs').mockImplementation(() => Date.now() + byMs);
}

/** Collects the mail of a core instead of sending it. */
export function catchMail({ context }: TestCore): Mail[] {
  const mails: Mail[] = [];
  const mailer = context.get(Mailer, { strict: false });
  mailer.send = async (mail) => {
    mails.push(mail);
  };
  return mails;
}

/** Returns the token in a mail's link. */
export function tokenOf(mail: Mail | undefined): string {
  return /[?&]token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
}
