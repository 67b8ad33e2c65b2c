import type { SamlRefusal } from '../contract/saml.port';
import { childElements, children, is, SAML, uriOf } from './read-xml';
import { demand } from './saml-fault';

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const MAX_LIFE_MS = 24 * 3_600_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** The values that a provider's assertions must contain. */
export interface Expectations {
  readonly entityId: string;
  readonly audience: string;
  readonly recipients: readonly string[];
  readonly clockSkewSeconds: number;
}

/**
 * Checks that an assertion comes from this provider, is for this service, and is valid now (SAML core §2.3–2.5, profiles §4.1.4.2).
 * @returns the time until which the assertion could be presented again, in Unix milliseconds.
 * Errors: `malformed`, `issuer`, `subject`, `recipient`, `condition`, `audience`, `not_yet_valid`, `expired`.
 */
export function checkConditions(assertion: Element, expected: Expectations, nowMs: number): number {
  const skewMs = expected.clockSkewSeconds * 1000;
  const window = new Window(nowMs, skewMs);
  demand(assertion.getAttribute('Version') === '2.0', 'malformed');
  const [issuer, ...issuers] = children(assertion, SAML, 'Issuer');
  demand(issuer !== undefined && issuers.length === 0 && uriOf(issuer) === expected.entityId, 'issuer');
  demand(timeOf(assertion, 'IssueInstant', 'malformed') <= nowMs + skewMs, 'not_yet_valid');
  const [conditions, ...more] = children(assertion, SAML, 'Conditions');
  demand(conditions !== undefined && more.length === 0, 'condition');
  window.check(conditions);
  checkAudience(conditions, expected.audience);
  const until = [confirmedUntil(assertion, expected, window), endOf(conditions)];
  for (const statement of children(assertion, SAML, 'AuthnStatement')) {
    const ends = statement.getAttribute('SessionNotOnOrAfter');
    if (ends !== null && ends !== '') demand(nowMs - skewMs < parseTime(ends, 'malformed'), 'expired');
  }
  const lastMs = Math.min(...until.filter((each) => each !== null)) + skewMs;
  // An assertion that is valid for longer than replays are remembered could be used again.
  demand(lastMs - nowMs <= MAX_LIFE_MS, 'condition');
  return lastMs;
}

/** Checks the audience. §2.5.1: an assertion with an unknown condition must not be used. */
function checkAudience(conditions: Element, audience: string): void {
  const known = childElements(conditions).every(
    (each) =>
      is(each, SAML, 'AudienceRestriction') || is(each, SAML, 'OneTimeUse') || is(each, SAML, 'ProxyRestriction'),
  );
  demand(known, 'condition');
  const restrictions = children(conditions, SAML, 'AudienceRestriction');
  demand(restrictions.length > 0, 'audience');
  for (const restriction of restrictions) {
    const audiences = children(restriction, SAML, 'Audience').map(uriOf);
    demand(audiences.includes(audience), 'audience');
  }
}

/** Returns the time until which a bearer can present the assertion, which is the end of the latest valid confirmation. */
function confirmedUntil(assertion: Element, { recipients }: Expectations, window: Window): number {
  const [subject, ...others] = children(assertion, SAML, 'Subject');
  demand(subject !== undefined && others.length === 0, 'subject');
  const bearers = children(subject, SAML, 'SubjectConfirmation').filter(
    (each) => each.getAttribute('Method') === BEARER,
  );
  const data = bearers.flatMap((each) => children(each, SAML, 'SubjectConfirmationData'));
  demand(data.length > 0, 'subject');
  const meant = data.filter((each) => {
    const recipient = each.getAttribute('Recipient');
    return recipient === null || recipient === '' || recipients.includes(recipient);
  });
  demand(meant.length > 0, 'recipient');
  const ends = meant.map((each) => {
    const end = endOf(each);
    demand(end !== null && !each.getAttribute('NotBefore'), 'subject');
    return end;
  });
  const live = ends.filter((end) => window.isBefore(end));
  demand(live.length > 0, 'expired');
  return Math.max(...live);
}

class Window {
  constructor(
    private readonly nowMs: number,
    private readonly skewMs: number,
  ) {}

  check(element: Element): void {
    const begins = element.getAttribute('NotBefore');
    if (begins !== null && begins !== '') {
      demand(parseTime(begins, 'malformed') <= this.nowMs + this.skewMs, 'not_yet_valid');
    }
    const ends = endOf(element);
    if (ends !== null) demand(this.isBefore(ends), 'expired');
  }

  /** Returns true if the time is before an end time, which is exclusive. */
  isBefore(endMs: number): boolean {
    return this.nowMs - this.skewMs < endMs;
  }
}

function endOf(element: Element): number | null {
  const ends = element.getAttribute('NotOnOrAfter');
  return ends === null || ends === '' ? null : parseTime(ends, 'malformed');
}

function timeOf(element: Element, name: string, refusal: SamlRefusal): number {
  return parseTime(element.getAttribute(name) ?? '', refusal);
}

/** Parses a time, which must be in UTC (§1.3.3). */
function parseTime(text: string, refusal: SamlRefusal): number {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  demand(!Number.isNaN(time), refusal);
  return time;
}
