import { createPublicKey } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { ExclusiveCanonicalization } from 'xml-crypto';
import {
  assertionXml,
  audience,
  AUDIENCE,
  conditions,
  encode,
  ENTITY_ID,
  EXCLUSIVE,
  IDP,
  iso,
  OTHER_IDP,
  RECIPIENT,
  responseXml,
  sign,
  type SignOptions,
  STATEMENTS,
  subject,
} from '../../../../test/support/saml';
import type { SamlRefusal } from '../contract/saml.port';
import type { SamlProvider } from '../contract/saml-providers.types';
import { judgeAssertion } from './judge-assertion';

const NOW = Date.UTC(2026, 10, 27, 12);

const provider: SamlProvider = {
  id: 'sml-1',
  entityId: ENTITY_ID,
  name: 'IdP',
  certificates: [IDP.certificate],
  audience: AUDIENCE,
  recipients: [RECIPIENT],
  clockSkewSeconds: 0,
  attributeMapping: { userId: null, email: null, groups: 'groups' },
  enabled: true,
  createdAt: iso(NOW),
  updatedAt: iso(NOW),
};

const judge = (xml: string, members: Partial<SamlProvider> = {}) =>
  judgeAssertion(encode(xml), { ...provider, ...members }, NOW);

const signed = (parts: Parameters<typeof assertionXml>[1] = {}, options: SignOptions = {}): string =>
  sign(assertionXml(NOW, parts), options);

describe('a valid assertion', () => {
  it('identifies its user according to the mapping', () => {
    const xml = signed({ id: '_id-1' });
    const attributes = { groups: ['engineers', 'ops'], mail: ['ada.l@example.com'] };
    expect(judge(xml)).toEqual({
      assertionId: '_id-1',
      untilMs: NOW + 300_000,
      user: { userId: 'ada@example.com', email: 'ada@example.com', groups: ['engineers', 'ops'], attributes },
    });
    const attributeMapping = { userId: 'mail', email: 'mail', groups: null };
    expect(judge(xml, { attributeMapping })).toMatchObject({
      user: { userId: 'ada.l@example.com', email: 'ada.l@example.com', groups: [] },
    });
  });

  it.each<[string, string]>([
    ['an XML declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${signed()}`],
    ['a response around it', responseXml(signed())],
    ['a signature only on the response', sign(responseXml(assertionXml(NOW)), { signs: 'Response' })],
    ['signatures on both the assertion and the response', sign(responseXml(signed()), { signs: 'Response' })],
    ['SHA-512', signed({}, { signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512' })],
    ['RSA-PSS', signed({}, { signatureAlgorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1' })],
    ['several audiences', signed({ conditions: conditions(NOW, audience('https://other.example', AUDIENCE)) })],
    ['no recipient', signed({ subject: subject(NOW, { data: `NotOnOrAfter="${iso(NOW + 1)}"` }) })],
    ['no attributes', signed({ statements: '' })],
  ])('can have %s', (_name, xml) => {
    expect(judge(xml)).toMatchObject({ user: { userId: 'ada@example.com' } });
  });

  it('is accepted with either certificate while a provider rotates its keys', () => {
    const certificates = [OTHER_IDP.certificate, IDP.certificate];
    for (const { key } of [IDP, OTHER_IDP]) expect(judge(signed({}, { key }), { certificates })).toBeInstanceOf(Object);
    expect(judge(signed({}, { key: OTHER_IDP.key }))).toBe('signature_invalid');
  });

  it('can have attribute names with a meaning in JavaScript', () => {
    const statements = `<saml:AttributeStatement><saml:Attribute Name="__proto__"><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`;
    const judged = judge(signed({ statements }));
    expect(typeof judged === 'object' && JSON.stringify(judged.user.attributes)).toBe('{"__proto__":["x"]}');
  });
});

describe('a name', () => {
  const ends = [
    '\u00A0',
    '\uFEFF',
    '\t',
    ' ',
    '\n',
    '\u200B',
    '\u2060',
    '\u00AD',
    '\u3000',
    '\u2028',
    '\u202E',
    '\u3164',
    '\u2800',
  ];
  const refused = ends.flatMap((end) => [`ada${end}`, `${end}ada`]);
  const named = (name: string) => signed({ subject: subject(NOW, { name }) });
  const attribute = (name: string, value: string): string =>
    `<saml:AttributeStatement><saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`;

  it.each(refused)('with a leading or trailing invisible character is refused: %j', (name) => {
    expect(judge(named(name))).toBe('subject');
    const attributeMapping = { userId: 'uid', email: null, groups: null };
    expect(judge(signed({ statements: attribute('uid', name) }), { attributeMapping })).toBe('subject');
    expect(judge(signed({ statements: attribute('groups', name) }))).toBe('subject');
    const byMail = { userId: null, email: 'mail', groups: null };
    expect(judge(signed({ statements: attribute('mail', name) }), { attributeMapping: byMail })).toBe('subject');
  });

  it.each(['Ada Lovelace', 'ada\u200Dlovelace', '\u0627\u062F\u0627', '&#x1F600;'])('can be %j', (name) => {
    expect(judge(named(name))).toBeInstanceOf(Object);
  });

  it.each<[string, string, SamlRefusal]>([
    ['\u00A0', '&#xA0;', 'subject'],
    ['\t', '&#9;', 'subject'],
    ['\u200B', '&#8203;', 'subject'],
    ['\uFFFF', '&#xFFFF;', 'malformed'],
    // A lone surrogate is encoded as the bytes of the replacement character, so the signature is valid.
    ['\uFFFD', '&#xD800;', 'malformed'],
  ])('with %j as a character reference is refused', (character, reference, refusal) => {
    const xml = named(`ada${character}`);
    expect(judge(xml.replace(`ada${character}`, `ada${reference}`))).toBe(refusal);
  });

  it('of an issuer or audience can have surrounding XML white space', () => {
    const issuer = (text: string): string => `<saml:Issuer>${text}</saml:Issuer>`;
    expect(judge(signed({ issuer: issuer(`\n  ${ENTITY_ID} \t`) }))).toBeInstanceOf(Object);
    expect(judge(signed({ issuer: issuer(`${ENTITY_ID}\u00A0`) }))).toBe('issuer');
    expect(judge(signed({ conditions: conditions(NOW, audience(`\uFEFF${AUDIENCE}`)) }))).toBe('audience');
  });

  it('in other attributes is returned as signed', () => {
    const xml = signed({ statements: attribute('title', ' \u00A0Dr. ') });
    expect(judge(xml)).toMatchObject({ user: { attributes: { title: [' \u00A0Dr. '] } } });
  });
});

describe('processing cost', () => {
  const canonicalized = jest.spyOn(ExclusiveCanonicalization.prototype, 'process');
  const parsed = jest.spyOn(DOMParser.prototype, 'parseFromString');
  const keys = [...Array.from({ length: 9 }, () => OTHER_IDP.certificate), IDP.certificate];
  const worked = (): Record<string, number> => {
    const names = canonicalized.mock.calls.map(([{ localName }]) => localName);
    return Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]));
  };

  beforeEach(() => {
    canonicalized.mockClear();
    parsed.mockClear();
  });
  afterAll(() => jest.restoreAllMocks());

  it('is limited to canonicalizing SignedInfo once for all certificates if no registered key matches', () => {
    const xml = signed().replace(/(<ds:SignatureValue>)[^<]+/, '$1AAAA');
    canonicalized.mockClear();
    expect(judge(xml, { certificates: keys })).toBe('signature_invalid');
    expect(worked()).toEqual({ SignedInfo: 1 });
  });

  it('includes canonicalizing the assertion once, with the key that signed it', () => {
    const xml = signed();
    canonicalized.mockClear();
    expect(judge(xml, { certificates: keys })).toBeInstanceOf(Object);
    expect(worked()).toMatchObject({ Assertion: 1 });
  });

  it.each<[string, (xml: string) => string]>([
    ['2,500 namespaces', (xml) => xml.replace('<saml:Subject>', `<saml:Subject${prefixes(2_500)}>`)],
    [
      'a namespace of 80,000 characters',
      (xml) => xml.replace('<saml:Subject>', `<saml:Subject xmlns:n="${'u'.repeat(80_000)}">`),
    ],
    ['5,000 elements', (xml) => xml.replace('<saml:Subject>', `<saml:Subject>${'<b/>'.repeat(5_000)}`)],
  ])('does not include parsing %s', (_what, change) => {
    const xml = change(signed());
    parsed.mockClear();
    expect(judge(xml)).toBe('too_large');
    expect(parsed).not.toHaveBeenCalled();
  });

  it.each<[string, SamlRefusal, (xml: string) => string]>([
    [
      'more elements than SignedInfo has parts',
      'signature_misplaced',
      (xml) => xml.replace('<ds:SignedInfo>', `<ds:SignedInfo>${'<b/>'.repeat(40)}`),
    ],
    [
      'more prefixes than a document has',
      'too_large',
      (xml) => xml.replace('</ds:Transforms>', `</ds:Transforms><b PrefixList="${'a '.repeat(100)}"/>`),
    ],
  ])('does not include canonicalization for a signature with %s', (_what, refusal, change) => {
    const xml = change(signed());
    canonicalized.mockClear();
    expect(judge(xml)).toBe(refusal);
    expect(canonicalized).not.toHaveBeenCalled();
  });
});

/** Returns namespace declarations, each with an attribute that uses its prefix. */
function prefixes(count: number): string {
  return Array.from({ length: count }, (_, index) => ` xmlns:n${index}="u" n${index}:a=""`).join('');
}

describe('the validity period', () => {
  const shifted = (offsetMs: number, clockSkewSeconds = 0) =>
    judgeAssertion(encode(sign(assertionXml(NOW - offsetMs))), { ...provider, clockSkewSeconds }, NOW);

  it.each<[number, number, SamlRefusal | null]>([
    [299_999, 0, null],
    [300_000, 0, 'expired'],
    [300_000, 60, null],
    [360_000, 60, 'expired'],
    [-1, 0, 'not_yet_valid'],
    [-60_000, 60, null],
    [-60_001, 60, 'not_yet_valid'],
  ])('%d ms after issue with a clock skew of %d s: %s', (offset, skew, refusal) => {
    const judged = shifted(offset, skew);
    expect(typeof judged === 'string' ? judged : null).toBe(refusal);
  });

  it.each<[string, SamlRefusal, Parameters<typeof assertionXml>[1]]>([
    ['conditions that are not yet valid', 'not_yet_valid', { conditions: conditions(NOW + 6_000) }],
    ['expired conditions', 'expired', { conditions: conditions(NOW - 300_000) }],
    ['an expired confirmation', 'expired', { subject: subject(NOW, { data: `NotOnOrAfter="${iso(NOW)}"` }) }],
    ['a confirmation without an expiry', 'subject', { subject: subject(NOW, { data: '' }) }],
    [
      'a confirmation with a start time',
      'subject',
      { subject: subject(NOW, { data: `NotBefore="${iso(NOW - 1)}" NotOnOrAfter="${iso(NOW + 9)}"` }) },
    ],
    [
      'a session that has ended',
      'expired',
      { statements: `<saml:AuthnStatement AuthnInstant="${iso(NOW)}" SessionNotOnOrAfter="${iso(NOW)}"/>` },
    ],
    [
      'an invalid time',
      'malformed',
      { conditions: conditions(NOW).replace(/NotOnOrAfter="[^"]+"/, 'NotOnOrAfter="soon"') },
    ],
    [
      'a lifetime that exceeds the replay cache',
      'condition',
      {
        subject: subject(NOW, { data: `NotOnOrAfter="${iso(NOW + 90_000_000)}"` }),
        conditions: `<saml:Conditions>${audience(AUDIENCE)}</saml:Conditions>`,
      },
    ],
  ])('%s: %s', (_name, refusal, parts) => {
    expect(judge(signed(parts))).toBe(refusal);
  });
});

describe('an assertion for a different recipient', () => {
  it.each<[string, SamlRefusal, Parameters<typeof assertionXml>[1]]>([
    ['a different issuer', 'issuer', { issuer: '<saml:Issuer>https://evil.example</saml:Issuer>' }],
    ['a different audience', 'audience', { conditions: conditions(NOW, audience('https://other.example')) }],
    [
      'a missing audience',
      'audience',
      { conditions: conditions(NOW, audience(AUDIENCE) + audience('https://x.example')) },
    ],
    ['no audience', 'audience', { conditions: conditions(NOW, '') }],
    ['no conditions', 'condition', { conditions: '' }],
    ['an unknown condition', 'condition', { conditions: conditions(NOW, `${audience(AUDIENCE)}<saml:Condition/>`) }],
    [
      'a different recipient',
      'recipient',
      { subject: subject(NOW, { data: `Recipient="https://evil.example/acs" NotOnOrAfter="${iso(NOW + 9)}"` }) },
    ],
    ['no subject', 'subject', { subject: '' }],
    ['no name', 'subject', { subject: subject(NOW, { name: '' }) }],
    ['no bearer', 'subject', { subject: subject(NOW).replace('cm:bearer', 'cm:holder-of-key') }],
    [
      'two names',
      'subject',
      { subject: subject(NOW).replace('</saml:Subject>', '<saml:NameID>eve</saml:NameID></saml:Subject>') },
    ],
    ['an older version', 'malformed', { version: '1.1' }],
  ])('%s: %s', (_name, refusal, parts) => {
    expect(judge(signed(parts))).toBe(refusal);
  });

  it('without the attribute that identifies the user is refused', () => {
    expect(judge(signed(), { attributeMapping: { userId: 'uid', email: null, groups: null } })).toBe('subject');
  });
});

describe('an invalid signature', () => {
  const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
  const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
  const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

  it.each<[string, SamlRefusal, string]>([
    ['no signature', 'not_signed', assertionXml(NOW)],
    ['no signature on a response', 'not_signed', responseXml(assertionXml(NOW))],
    [
      'RSA with SHA-1',
      'weak_algorithm',
      signed({}, { signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }),
    ],
    ['a SHA-1 digest', 'weak_algorithm', signed({}, { digestAlgorithm: SHA1 })],
    ['inclusive canonicalization', 'weak_algorithm', signed({}, { canonicalization: C14N })],
    ['comments not removed', 'weak_algorithm', signed({}, { transforms: [ENVELOPED, `${EXCLUSIVE}WithComments`] })],
    ['no transform', 'weak_algorithm', signed({}, { transforms: [EXCLUSIVE] })],
    [
      'an HMAC with the public key',
      'weak_algorithm',
      signed(
        {},
        {
          hmac: true,
          signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
          key: createPublicKey(IDP.certificate).export({ type: 'spki', format: 'pem' }).toString(),
        },
      ),
    ],
    [
      'ECDSA, which no registered certificate supports',
      'weak_algorithm',
      signed().replace(/(SignatureMethod Algorithm=")[^"]+/, '$1http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'),
    ],
    ['the algorithm none', 'weak_algorithm', signed().replace(/(SignatureMethod Algorithm=")[^"]+/, '$1none')],
    ['a changed name', 'signature_invalid', signed().replace('ada@example.com', 'eve@example.com')],
    ['a changed attribute', 'signature_invalid', signed().replace('>ops<', '>admins<')],
    ['a wrong signature value', 'signature_invalid', signed().replace(/(<ds:SignatureValue>)[^<]+/, '$1AAAA')],
    ['a changed digest', 'signature_invalid', signed().replace(/(<ds:DigestValue>)[^<]+/, '$1AAAA')],
    ['an embedded key', 'signature_invalid', withOwnKey(signed({}, { key: OTHER_IDP.key }))],
    ['two digest values', 'signature_misplaced', signed().replace(/(<ds:DigestValue>.*<\/ds:DigestValue>)/, '$1$1')],
    ['two references', 'signature_misplaced', signed().replace(/(<ds:Reference.*<\/ds:Reference>)/, '$1$1')],
    ['two signed parts', 'signature_misplaced', signed().replace(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)/, '$1$1')],
    ['a reference to the complete document', 'signature_misplaced', signed().replace(/URI="[^"]+"/, 'URI=""')],
    [
      'an external reference',
      'signature_misplaced',
      signed().replace(/URI="[^"]+"/, 'URI="http://evil.example/a.xml"'),
    ],
  ])('%s: %s', (_name, refusal, xml) => {
    expect(judge(xml)).toBe(refusal);
  });
});

describe('signature wrapping', () => {
  const evil = assertionXml(NOW, { id: '_evil', subject: subject(NOW, { name: 'root@example.com' }) });
  const original = signed({ id: '_good' });
  const signature = /<ds:Signature .*<\/ds:Signature>/.exec(original)?.[0] ?? '';
  const bare = original.replace(signature, '');
  const response = sign(responseXml(assertionXml(NOW)), { signs: 'Response' });
  const around = /<ds:Signature .*<\/ds:Signature>/.exec(response)?.[0] ?? '';
  const evilResponse = (inner: string): string =>
    responseXml(evil).replace('</samlp:Response>', `${inner}</samlp:Response>`);
  const evilWith = (inner: string): string => evil.replace('</saml:Issuer>', `</saml:Issuer>${inner}`);
  const inSignature = (inner: string): string => signature.replace('</ds:Signature>', `${inner}</ds:Signature>`);
  const inObject = (inner: string): string => `<ds:Object>${inner}</ds:Object>`;

  it.each<[string, string]>([
    [
      'XSW1: the signed response within the signature of a different response',
      evilResponse(around.replace('</ds:Signature>', `${inObject(response.replace(around, ''))}</ds:Signature>`)),
    ],
    ['XSW2: the signed response next to its signature', evilResponse(response.replace(around, '') + around)],
    ['XSW3: a different assertion before the signed one', responseXml(evil + original)],
    ['XSW3: a different assertion after the signed one', responseXml(original + evil)],
    [
      'XSW4: the signed assertion within a different assertion',
      responseXml(evil.replace('</saml:Assertion>', `${original}</saml:Assertion>`)),
    ],
    [
      'XSW5: the signature in a different assertion, the signed assertion after it',
      responseXml(evilWith(signature) + bare),
    ],
    ['XSW6: the signed assertion in its signature, in a different assertion', responseXml(evilWith(inSignature(bare)))],
    [
      'XSW7: a different assertion among extensions',
      responseXml(`<samlp:Extensions>${evil}</samlp:Extensions>${original}`),
    ],
    [
      'XSW8: the signed assertion in an object of its signature, in a different assertion',
      responseXml(evilWith(inSignature(inObject(bare)))),
    ],
    ['XSW without a response', evilWith(inSignature(inObject(bare)))],
    ['a signature that refers to a different id', evilWith(signature)],
    ['two elements with the same id', responseXml(evil.replace('_evil', '_good') + original)],
    ['an id attribute with different capitalization', original.replace('<saml:Subject>', '<saml:Subject Id="_good">')],
    [
      'a signature in a different position',
      responseXml(bare.replace('<saml:Subject>', `<saml:Advice>${signature}</saml:Advice><saml:Subject>`)),
    ],
    ['a second signature', original.replace('</saml:Issuer>', `</saml:Issuer>${signature}`)],
    ['an unknown root element', `<x xmlns="urn:x">${original}</x>`],
  ])('%s', (_name, xml) => {
    expect(judge(xml)).toMatch(/^(signature_misplaced|several_assertions|signature_invalid|malformed)$/);
  });

  it.each(['ID', 'Id', 'id', 'xml:id'])(
    'with a second element that has the signed id, as %s, is refused before any key is tried',
    (name) => {
      const xml = responseXml(original).replace(
        '</samlp:Response>',
        `<samlp:Extensions><x xmlns="urn:x" ${name}="_good"/></samlp:Extensions></samlp:Response>`,
      );
      expect(judge(xml)).toBe('signature_misplaced');
    },
  );

  it('does not affect the result when unsigned content is next to the signed assertion', () => {
    const loud = responseXml(original).replace(
      '</samlp:Response>',
      `${STATEMENTS.replace('ops', 'admins')}</samlp:Response>`,
    );
    expect(judge(loud)).toMatchObject({ user: { groups: ['engineers', 'ops'] } });
  });
});

describe('a document that is not plain XML', () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(50)}">]>`;

  it.each<[string, SamlRefusal, string]>([
    ['a document type', 'forbidden_markup', `<!DOCTYPE x>${signed()}`],
    ['entities that expand exponentially', 'forbidden_markup', `${bomb}${signed().replace('ada@example.com', '&b;')}`],
    ['an external entity', 'forbidden_markup', `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${signed()}`],
    [
      'a comment in the name',
      'forbidden_markup',
      signed().replace('ada@example.com', 'ada@example.com<!---->.evil.example'),
    ],
    ['a comment anywhere', 'forbidden_markup', `${signed()}<!-- -->`],
    ['CDATA', 'forbidden_markup', signed().replace('ada@example.com', '<![CDATA[ada@example.com]]>')],
    ['a processing instruction', 'forbidden_markup', `<?xml-stylesheet href="x"?>${signed()}`],
    ['an element in the name', 'signature_invalid', signed().replace('ada@example.com', 'ada@example.com<b/>')],
    ['an undeclared entity', 'malformed', signed().replace('ada@example.com', '&who;')],
    ['a missing end tag', 'malformed', signed().replace('</saml:Assertion>', '')],
    ['two roots', 'malformed', signed() + signed()],
    ['text around it', 'malformed', `${signed()} and more`],
    ['a different root', 'malformed', '<html/>'],
    ['only a space', 'malformed', ' '],
    ['endless nesting', 'too_large', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`],
    ['endless elements', 'too_large', `<a>${'<b/>'.repeat(6_000)}</a>`],
    ['an encrypted assertion', 'encrypted', responseXml('<saml:EncryptedAssertion><x/></saml:EncryptedAssertion>')],
    ['an encrypted name', 'encrypted', signed({ subject: '<saml:Subject><saml:EncryptedID/></saml:Subject>' })],
    ['a failure', 'not_successful', responseXml(signed(), 'urn:oasis:names:tc:SAML:2.0:status:Responder')],
  ])('%s: %s', (_name, refusal, xml) => {
    expect(judge(xml)).toBe(refusal);
  });

  it('is refused with content after the root element, where parsers differ', () => {
    expect(judge(`${signed()}</saml:Assertion>`)).toBe('malformed');
  });

  it('is refused, even if it is signed, when a name contains an element', () => {
    expect(judge(signed({ subject: subject(NOW, { name: 'ada<b xmlns="urn:x"/>@example.com' }) }))).toBe('malformed');
  });

  it.each<[string, SamlRefusal, string]>([
    ['XML without base64', 'malformed', '<xml/>'],
    ['an empty string', 'malformed', ''],
    ['endless spaces', 'malformed', `${' '.repeat(256 * 1024 - 1)}!`],
    ['invalid UTF-8', 'malformed', Buffer.from([0x3c, 0xff, 0xfe]).toString('base64')],
    ['UTF-16', 'malformed', Buffer.from(signed(), 'utf16le').toString('base64')],
    ['more than the size limit', 'too_large', 'A'.repeat(256 * 1024 + 4)],
  ])('sent as %s: %s', (_name, refusal, base64) => {
    expect(judgeAssertion(base64, provider, NOW)).toBe(refusal);
  });
});

/** Adds the certificate of another identity provider as KeyInfo. */
function withOwnKey(xml: string): string {
  const der = OTHER_IDP.certificate.replace(/-----[^-]+-----|\s/g, '');
  const info = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
  return xml.replace('</ds:SignatureValue>', `</ds:SignatureValue>${info}`);
}
