import { childElements, children, descendants, DSIG, is, SAML, SAMLP } from './read-xml';
import { demand, SamlFault } from './saml-fault';

const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

const SIGNATURE_METHODS = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
];
const DIGEST_METHODS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/**
 * Returns the signature on which trust in a document depends: the assertion's signature or, if it has none, the signature of the response
 * around it. The signature is identified by its position, as a child of the element that it signs, and by its only reference, which names
 * its parent. Signature wrapping (XSW) uses other positions, or a second assertion; both are refused before any key is tried. Errors:
 * `encrypted`, `several_assertions`, `not_successful`, `not_signed`, `signature_misplaced`, `weak_algorithm`, `too_large`, `malformed`.
 */
export function findSignature(root: Element): Element {
  const all = [...descendants(root)];
  demand(!all.some((element) => element.namespaceURI === XENC || isEncrypted(element)), 'encrypted');
  const assertions = all.filter((element) => is(element, SAML, 'Assertion'));
  const [assertion] = assertions;
  demand(assertions.length < 2, 'several_assertions');
  demand(assertion !== undefined, 'malformed');
  if (assertion !== root) checkResponse(root, assertion);
  demand(hasUniqueIds(all), 'signature_misplaced');
  const own = children(assertion, DSIG, 'Signature');
  const around = assertion === root ? [] : children(root, DSIG, 'Signature');
  const signatures = all.filter((element) => is(element, DSIG, 'Signature'));
  demand(signatures.length > 0, 'not_signed');
  demand(own.length < 2 && around.length < 2, 'signature_misplaced');
  demand(signatures.length === own.length + around.length, 'signature_misplaced');
  const signature = own[0] ?? around[0];
  if (signature === undefined) throw new SamlFault('not_signed');
  checkSignedInfo(signature, own.length === 1 ? assertion : root);
  return signature;
}

function isEncrypted({ localName }: Element): boolean {
  return localName === 'EncryptedAssertion' || localName === 'EncryptedID' || localName === 'EncryptedAttribute';
}

function checkResponse(root: Element, assertion: Element): void {
  demand(is(root, SAMLP, 'Response') && assertion.parentNode === root, 'signature_misplaced');
  const [status] = children(root, SAMLP, 'Status').flatMap((each) => children(each, SAMLP, 'StatusCode'));
  demand(status?.getAttribute('Value') === SUCCESS, 'not_successful');
}

/**
 * Returns true if ids are unique, regardless of the name of the attribute. If two elements had the same id, a reference could mean either
 * element.
 */
function hasUniqueIds(all: readonly Element[]): boolean {
  const ids = all.flatMap((element) =>
    Array.from(element.attributes)
      .filter(({ localName, name }) => /^id$/i.test(localName ?? name))
      .map(({ value }) => value),
  );
  return new Set(ids).size === ids.length;
}

/** Limits on `SignedInfo`, which contains about ten elements, and on all `PrefixList` attributes. */
const MAX_SIGNED_INFO = 32;
const MAX_PREFIXES = 64;

/** Checks that each part of `SignedInfo` occurs once and uses an accepted method, and that the signature covers only its parent. */
function checkSignedInfo(signature: Element, signed: Element): void {
  const parts = [...descendants(signature)];
  const only = (name: string): Element => {
    const [found, ...others] = parts.filter((part) => part.localName === name);
    demand(found !== undefined && others.length === 0, 'signature_misplaced');
    return found;
  };
  demand(!parts.some((part) => part.localName === 'Object' || part.localName === 'Manifest'), 'signature_misplaced');
  demand([...descendants(only('SignedInfo'))].length <= MAX_SIGNED_INFO, 'signature_misplaced');
  const prefixes = parts.flatMap((part) => (part.getAttribute('PrefixList') ?? '').split(' '));
  demand(prefixes.length <= parts.length + MAX_PREFIXES, 'too_large');
  const algorithm = (name: string): string => only(name).getAttribute('Algorithm') ?? '';
  demand(only('SignedInfo').parentNode === signature, 'signature_misplaced');
  demand(only('SignatureValue').parentNode === signature, 'signature_misplaced');
  const reference = only('Reference');
  demand(reference.parentNode === only('SignedInfo'), 'signature_misplaced');
  const id = signed.getAttribute('ID') ?? '';
  demand(/^[\w.-]+$/.test(id) && reference.getAttribute('URI') === `#${id}`, 'signature_misplaced');
  demand(only('DigestMethod').parentNode === reference, 'signature_misplaced');
  demand(only('DigestValue').parentNode === reference, 'signature_misplaced');
  demand(algorithm('CanonicalizationMethod') === EXCLUSIVE, 'weak_algorithm');
  demand(SIGNATURE_METHODS.includes(algorithm('SignatureMethod')), 'weak_algorithm');
  demand(DIGEST_METHODS.includes(algorithm('DigestMethod')), 'weak_algorithm');
  const transforms = childElements(only('Transforms')).map((each) => each.getAttribute('Algorithm') ?? '');
  demand(transforms.length === 2 && transforms[0] === ENVELOPED && transforms[1] === EXCLUSIVE, 'weak_algorithm');
}
