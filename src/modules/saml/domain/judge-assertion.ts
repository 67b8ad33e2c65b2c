import type { SamlRefusal, SamlUser } from '../contract/saml.port';
import type { SamlProvider } from '../contract/saml-providers.types';
import { checkConditions } from './check-conditions';
import { findSignature } from './find-signature';
import { decodeAssertion, parseXml } from './read-xml';
import { readUser } from './read-user';
import { SamlFault } from './saml-fault';
import { signedAssertion } from './verify-signature';

/** An assertion that is valid unless it was presented before. */
export interface JudgedAssertion {
  /** The `ID` of the assertion, which the provider chose. */
  readonly assertionId: string;
  /** The time until which it could be presented again, in Unix milliseconds. */
  readonly untilMs: number;
  readonly user: SamlUser;
}

/** Validates only the content of an assertion. The caller checks whether the assertion has been presented before. */
export function judgeAssertion(base64: string, provider: SamlProvider, nowMs: number): JudgedAssertion | SamlRefusal {
  try {
    const xml = decodeAssertion(base64);
    const signature = findSignature(parseXml(xml));
    const assertion = signedAssertion(xml, signature, provider.certificates);
    const untilMs = checkConditions(assertion, provider, nowMs);
    return { assertionId: assertion.getAttribute('ID') ?? '', untilMs, user: readUser(assertion, provider) };
  } catch (fault) {
    if (fault instanceof SamlFault) return fault.refusal;
    throw fault;
  }
}
