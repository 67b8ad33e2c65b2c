import { lazily } from '../../../kernel/loading/lazily';
import { children, DSIG, textOf } from './read-xml';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- with the first assertion
const xmlCrypto = lazily(() => require('xml-crypto') as typeof import('xml-crypto'));

/**
 * Returns the certificate whose key made the signature value over `SignedInfo`; `null` for any other key. Reads nothing else of
 * the document, so that only a registered key can make this service canonicalize an assertion, and only once.
 * @param signature as `findSignature` returns it. @param certificates PEM.
 */
export function findSigner(signature: Element, certificates: readonly string[]): string | null {
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
