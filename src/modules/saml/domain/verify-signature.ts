import { lazily } from '../../../kernel/loading/lazily';
import { findSigner } from './find-signer';
import { children, is, parseXml, SAML, SAMLP } from './read-xml';
import { demand, SamlFault } from './saml-fault';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- with the first assertion
const xmlCrypto = lazily(() => require('xml-crypto') as typeof import('xml-crypto'));

/**
 * The assertion as a registered key has signed it, read anew from the bytes that were signed: nothing of the document that
 * was shown is believed. The key in the document itself is not looked at.
 * @param certificates PEM.
 * Errors: `signature_invalid`, and what {@link parseXml} refuses.
 */
export function signedAssertion(xml: string, signature: Element, certificates: readonly string[]): Element {
  const signer = findSigner(signature, certificates);
  const signed = signer === null ? null : signedBy(xml, signature, signer);
  if (signed === null) throw new SamlFault('signature_invalid');
  return assertionIn(parseXml(signed));
}

function signedBy(xml: string, signature: Element, publicCert: string): string | null {
  const { SignedXml } = xmlCrypto();
  // One for each check: what it gives out is only what a successful one has put there.
  const verifier = new SignedXml({ publicCert, getCertFromKeyInfo: () => null });
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(xml)) return null;
  } catch {
    return null;
  }
  const [signed, ...others] = verifier.getSignedReferences();
  return others.length === 0 ? (signed ?? null) : null;
}

function assertionIn(root: Element): Element {
  if (is(root, SAML, 'Assertion')) return root;
  demand(is(root, SAMLP, 'Response'), 'signature_misplaced');
  const [assertion, ...others] = children(root, SAML, 'Assertion');
  demand(assertion !== undefined && others.length === 0, 'signature_misplaced');
  return assertion;
}
