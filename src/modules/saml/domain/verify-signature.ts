import { lazily } from '../../../kernel/loading/lazily';
import { children, DSIG, is, parseXml, SAML, SAMLP, textOf } from './read-xml';
import { demand, SamlFault } from './saml-fault';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with the first assertion
const xmlCrypto = lazily(() => require('xml-crypto') as typeof import('xml-crypto'));

/**
 * Returns the assertion signed by a registered key, parsed again from the signed bytes. No other part of the presented document is trusted.
 * The key in the document itself is ignored.
 * @param certificates PEM.
 * Errors: `signature_invalid`, and the errors of {@link parseXml}.
 */
export function signedAssertion(xml: string, signature: Element, certificates: readonly string[]): Element {
  const signer = findSigner(signature, certificates);
  const signed = signer === null ? null : signedBy(xml, signature, signer);
  if (signed === null) throw new SamlFault('signature_invalid');
  return assertionIn(parseXml(signed));
}

function signedBy(xml: string, signature: Element, publicCert: string): string | null {
  const { SignedXml } = xmlCrypto();
  // Use a separate verifier for each check, so that its signed references come only from a successful check.
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

/**
 * Returns the certificate whose key created the signature value over `SignedInfo`; `null` if no registered key did. Reads no other part of
 * the document, so that only the owner of a registered key can make this service canonicalize an assertion, and only once.
 * @param signature as `findSignature` returns it. @param certificates PEM.
 */
function findSigner(signature: Element, certificates: readonly string[]): string | null {
  const { ExclusiveCanonicalization, findAncestorNs, SignedXml } = xmlCrypto();
  try {
    const [signedInfo] = children(signature, DSIG, 'SignedInfo');
    const [value] = children(signature, DSIG, 'SignatureValue');
    const [method] = signedInfo === undefined ? [] : children(signedInfo, DSIG, 'SignatureMethod');
    const name = method?.getAttribute('Algorithm') ?? '';
    const Algorithm = Object.entries(new SignedXml().SignatureAlgorithms).find(([known]) => known === name)?.[1];
    if (signedInfo === undefined || value === undefined || Algorithm === undefined) return null;
    const ancestorNamespaces = findAncestorNs(signature.ownerDocument, "//*[local-name()='SignedInfo']");
    const canonical = new ExclusiveCanonicalization().process(signedInfo, { ancestorNamespaces });
    const algorithm = new Algorithm();
    const made = textOf(value);
    return certificates.find((certificate) => algorithm.verifySignature(canonical, certificate, made)) ?? null;
  } catch {
    return null;
  }
}
