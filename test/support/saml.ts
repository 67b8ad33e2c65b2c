import { randomBytes } from 'node:crypto';
import { SignedXml } from 'xml-crypto';

/** Two identity providers, trusted only by tests that configure them. */
export const IDP = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIDEzCCAfugAwIBAgIUC0fzxXxqfnQ4DxbXK46H8xCxyskwDQYJKoZIhvcNAQEL
BQAwGDEWMBQGA1UEAwwNaWRwLTEuZXhhbXBsZTAgFw0yNjExMjcwNDQ0NDFaGA8y
MTI2MTEwMzA0NDQ0MVowGDEWMBQGA1UEAwwNaWRwLTEuZXhhbXBsZTCCASIwDQYJ
KoZIhvcNAQEBBQADggEPADCCAQoCggEBAMMKNIyVwP+N7f3bpML0B3Ao88NgvM8y
ffwSMsFPKutdLHBD6onMIOpuXeFXUabpUOsps0lk140PnNC/8lamRSS/EKiRVbsE
zJo7DN7rJf3T3tfCduwveSR5qcEDcuZt8FfzfHFTbEwlX8YVi0Is7gFpXeTcwu2x
KUvBzROhLB/Lm3MN6tqK7XF7H9IKv3DgRxx3TK/9iuHk2RyegOhHRvR4pSqP+lPG
wk/Ju+p+lobEACJNmS2Mw9fSPhSJdqIBew+x0GqlUDkuVR7OPGm6EOfVBgGpmdWa
EWpMkXYaz8pbkjVLzB9rLqbTAnJiGvYzz6DULgciQx750wELB9a4qwMCAwEAAaNT
MFEwHQYDVR0OBBYEFE1EH6NSBoL9f7mvLvmqyTXPt5YqMB8GA1UdIwQYMBaAFE1E
H6NSBoL9f7mvLvmqyTXPt5YqMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQEL
BQADggEBACIsBvvy7QQJdYEOfHytuIZRrLREn6C81390rpPEQaQfFsOS2EvfV/Hf
OzwMw2QIG4P2XzStnqPSuqeUKaE410/GRt85WDZcnJ+GDalPuKHLNAHpwgLUe5jp
K+1fnPhWx58jubGWxx0XJ7pINIGAbd27r2AnMjFdneYCVvGcbhFWDHr47BYZB1pf
yvWgnIc8XdTKc6q6iZB5KqiEtmnj4hktSb6XzaRMgs7XKXt3lbEkNl4hZLVyuvIw
WRUSRVeS8Lv/M4W1dephrshWlBZdeem0YcaRVyofRmK3iIAGACfVC8Q8GzTYGtup
IWK/Fg8uvyGkDWXCIitmcLckye0vtxE=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDDCjSMlcD/je39
26TC9AdwKPPDYLzPMn38EjLBTyrrXSxwQ+qJzCDqbl3hV1Gm6VDrKbNJZNeND5zQ
v/JWpkUkvxCokVW7BMyaOwze6yX9097XwnbsL3kkeanBA3LmbfBX83xxU2xMJV/G
FYtCLO4BaV3k3MLtsSlLwc0ToSwfy5tzDeraiu1xex/SCr9w4Eccd0yv/Yrh5Nkc
noDoR0b0eKUqj/pTxsJPybvqfpaGxAAiTZktjMPX0j4UiXaiAXsPsdBqpVA5LlUe
zjxpuhDn1QYBqZnVmhFqTJF2Gs/KW5I1S8wfay6m0wJyYhr2M8+g1C4HIkMe+dMB
CwfWuKsDAgMBAAECggEAEO/C7m5WqxptDz1Simdcef3kZRPycV+mFwyRgb3ZMUUP
BdSv+jVSqmjZGCdX/NGH6FPfsMDkAujXKj1w0ttvZ6h7zteIBUx+Y+o6zOTIkMkk
McI+R3Y749H4zrz47k+frlODe+fNoLMiJPZb+GwkYtT+hVAyUSewOVbj8w9s4HnL
8jx4+iPW8n+LX6OK6DeRMnLLnT2N0bBWyr1TfaivWw2C73R/wuVWDOqy+kka8ZFG
6No4G7cIQhTlqofZYgCzvLGZTvATQ6eiPsGCPKp9J2B9R9GQB9cF3KKSZdbB1vlP
XWccKkTC0yukmGzPeThQjmRejQRPiS0EQkuBShbDeQKBgQDrkS0JEQk2Q/vV+BGS
2J2twmj7h0eIokxaTlQ3Vikj4YsmVc0A7hCKFdmtFdo2Fb66gENli4yxAEoALB//
FRlQdfkw+/UrbCNCmrrIZNYWwarxMu9nJUsv9AdV3mIdm6iTXs3kAmlnFiJxoY0O
o4MqcIuutUNM6OBwQOBOuSy/LQKBgQDT9RzKRz5IGUcQq1/YtjKcf/opZGVw5Xys
jOEPogit53rVYWel+wHLQ+9u02D7PmeKAHQ6pzZHmisAthjzZWhhatVd9SA7qiQK
5W5R3nEwFxDn8gBVcVQ/RH/YNMBQCnscZ6GwF5E6JAiy0fBEgXtwqUqou2hzbEd5
XP1DgJjw7wKBgHPRtxDEHYFev40eIJXQhwYNlcxFYPhew6eK54EljaiklePNP7P7
WIpr39Bn9BevbU0JDxn4GL5V5AxdpYWm/AFBX7mjx5EH4/Y1WSx514Dsy303i9ls
zqDPHGQtqJPiGmoKrLQ0M1qJ2XmA8neGEVFmcGb/nA1OWjsWyrIp/UQpAoGBALh0
QfbCoy/JV6/pA8MrY8YQFVs6NJFYFPRwsVeSci0tGhdh6fpnAzuqRk7TAz4CI8bT
+FImvDT5tFytG++NG5ZTi5V1wfRKb41P9n6mryfjmuHPF31D38YjTYKQ/Z9qT5L7
mJkPGWJYg31i984WRJ9ZpFBMr2xrGZRDWWAKJI7fAoGBAIRTGiAa391EnP4sMzq/
c975zgzWofsxcUnZlj5l50Rq/2c+fBDLCfvgZN9kRdJPeZsfgRWAVX6U0/P+5lhw
+pn+m0PxHmswCO+2uEzlsFwZJ/ZdilJQ9pDkblb9RZyKIB0zF29EX1iNvwv1fJeN
Lq8Vxg5bBu/Bl9eEjdVZTTjw
-----END PRIVATE KEY-----
`,
};

export const OTHER_IDP = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIDEzCCAfugAwIBAgIUQHqTEs6Jx44CyW4fa5jITIglQC4wDQYJKoZIhvcNAQEL
BQAwGDEWMBQGA1UEAwwNaWRwLTIuZXhhbXBsZTAgFw0yNjExMjcwNDQ0NDFaGA8y
MTI2MTEwMzA0NDQ0MVowGDEWMBQGA1UEAwwNaWRwLTIuZXhhbXBsZTCCASIwDQYJ
KoZIhvcNAQEBBQADggEPADCCAQoCggEBALZX+ZCIi+cYFb/2RKlTCPp0gKunaSIk
yq0I9ZckjZKXzAuIf2JnBiLy07Hq9Q6/hhTxEbCHWZPR14PfNGkv34b4su+8D0jG
DxPjUkUpeWYSgWZ/rEkekFX2xLD8m+FuKcim08vu448m1Fq5GGoNxwy2bPYEkZkI
5DqVr4yTjaBwsDxupP6mC0wYw3zoTr0hV0Nd/4+5S4lcGhPfGY/TX/Us+APOBLan
cwRu0yTTK3GMiREBbfKZOtDir9MbafqiejworwrIsZ6DLj77tVaaDJukgIdg/mr1
bTpmF7nzTbh10wqsEU8ruznYg1hYWeSFj2Pv8aCQ+w1Tn6QDmYfwajMCAwEAAaNT
MFEwHQYDVR0OBBYEFOF/93FWxhaIGPqKRC41TRcxTmF+MB8GA1UdIwQYMBaAFOF/
93FWxhaIGPqKRC41TRcxTmF+MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQEL
BQADggEBAA7SaPBHF6b1xcjoS/h5cPgTGcvzkCVCYtMFb2AjbR2jP7fFH46W3jgB
9ALFU1gxNZFd2nZmyFlr6PlpPJST9lQDnKaQA+pPl+LwusPfIqWrKMCvbZUsHbEZ
2Ud4qnXOvUdEmXjtBtV2R710BQqVrYLLpS+bs3jLJoP52yAiZWRGs6G2ztqIs3iq
m4uQj7dIVTC6UdNUmsjvO5eC20g4gplHdODRYnGnjcx7k4cE1HrRHdYNHm3lRmDs
2GLcB3B4G+/1JAxfNx1VvFwc5rApPSRknDjh1S/XpBNAheY7YNOn3OP1n9Dm3zWY
vKXafdBEhh+B+edfykU0PgnKmvWhSqo=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC2V/mQiIvnGBW/
9kSpUwj6dICrp2kiJMqtCPWXJI2Sl8wLiH9iZwYi8tOx6vUOv4YU8RGwh1mT0deD
3zRpL9+G+LLvvA9Ixg8T41JFKXlmEoFmf6xJHpBV9sSw/JvhbinIptPL7uOPJtRa
uRhqDccMtmz2BJGZCOQ6la+Mk42gcLA8bqT+pgtMGMN86E69IVdDXf+PuUuJXBoT
3xmP01/1LPgDzgS2p3MEbtMk0ytxjIkRAW3ymTrQ4q/TG2n6ono8KK8KyLGegy4+
+7VWmgybpICHYP5q9W06Zhe58024ddMKrBFPK7s52INYWFnkhY9j7/GgkPsNU5+k
A5mH8GozAgMBAAECggEAHzxJxX8GjDM9gpEyqNjPCGxNoFoAsfcgeuy2eUorMEnt
i6o5vAcO74yuQ+OOUBTx6IN1NsqwxxgitXXWWhB313yh1lxeN+aprYv6y1sz7w7L
eN31Ct9/9SHdBr53C3JeGP+u91e4Roztwo7DhmNOzjgvySL2OANkaT68ADZEhA+P
TI8kwjfEoOhODoDLGbMqD4I1h9TznkY5Vk1RmWgWb3820oMIU6Um7x7an4XDwXMj
Os843yWApBUpvatMOQY6VwiQ3qvTbBEM8CT34/rAbmUT1BuzRkR5+eJrKGKTF9te
+HBVwxWU1naCY9Etu3tBwljhYMde5z5WoOl3A+IWtQKBgQDvxWHmedEFgJcS9SfB
t6la13LU7eETrKVONnArJ3Nfj5pCOWHEhpn5WzVsKR97R+IPCzuHxOaclJqf+1qj
6LYAu6OH0tWMSmCvuY2iAOCBAI0solk4kkq68AT89PItvbD9d2LJp/+uvars/2aA
4yKEHQMMjKETUIQd6DLBna3pPQKBgQDCr4XvmDEAt5zB/ZF4qIRRDTjj6yhCL9XU
Ndlg+im19C5J+8WzLh1mxhYkmx8ed+IfrXIsUA24wO6e0pZT+nLvzIxQy3WLMWUL
k8lmyMlTwenRoJApUImUpko7ZNxgyaynynaHOurhCFdjjqrfIsVgl8JuHxUMJtEs
oF65/UZ4LwKBgFnhPOS/r1oHrRofKisU5Pg3oUUuctwEMOdTwtJ6dGZTF3lRt1OL
PXba+Pi1paZ5+MS46jTn26bAkgH8oCqnVmqJ7DBDGWgAjaPxw6UB/SZ+hW1A4n8x
X7AZv1TvoUUCQbGSKkb7of3n/YXf65XPDyZFFdqDcPIjkZMAct5fdEzlAoGBAILA
fZSXwzl3F6nV0hCWJR+GYNH6CnTBSbwXWmJeQQs57qizlmirrQVsPkzhfbnpzA14
YLjQHxcZRGmYh2vpRa4103sj2lLcnr9yxw3oBgbhslaenpOQyoXyVOKk77l1WSbr
vEVAVaVDA+YSWEI6SROBeQyahXk+zLdLEbOaHezzAoGAQG7i7JrXeu6uvAj1XP7K
G+Y+4dzU6Vw9L0aSyQgDlyuOPLupognIza/fo54bX4EBs1easECVuhT0lWyEYqM4
KIvK7Bm8sc9GDRfBzHlfijiy7P2Lvi+P6aUDyyOgVqCeHYv9eo/m++ckX0FTOVYc
T12B4OLPbfPKaXx5Ws+vb7E=
-----END PRIVATE KEY-----
`,
};

/** An ECDSA certificate on P-256, whose signatures are not accepted. */
export const EC_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUNQ1CG0iN9fTA0TRmRQBiil0pl1wwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKZWMuZXhhbXBsZTAgFw0yNjExMjcwODIxMzlaGA8yMTI2MTEw
MzA4MjEzOVowFTETMBEGA1UEAwwKZWMuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABMCGZnSKJWPw6MJOEsfNyuuIPKqIimk2MVXBjjRnhA5KwF3IXJv6
waLpksyGxWNve1wgqJG3c2smQENydtt+rAWjUzBRMB0GA1UdDgQWBBTHkv6XtrfJ
JLRdAlb77J0Zb/YNxTAfBgNVHSMEGDAWgBTHkv6XtrfJJLRdAlb77J0Zb/YNxTAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQC0bF3087PhjT/g0sLe
IM41a3n/owz4alhO8GVhR17vjwIhAL6NNC7UAZAiakNrgqB/nnFu3uQyCek/qMAP
ccb8IP/l
-----END CERTIFICATE-----
`;

/** An RSA certificate with 1024 bits. */
export const WEAK_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIICDDCCAXWgAwIBAgIULs2MEyptcY3iODGSfkAxYEZCrI4wDQYJKoZIhvcNAQEL
BQAwFzEVMBMGA1UEAwwMd2Vhay5leGFtcGxlMCAXDTI2MTEyNzA0NDQ0MVoYDzIx
MjYxMTAzMDQ0NDQxWjAXMRUwEwYDVQQDDAx3ZWFrLmV4YW1wbGUwgZ8wDQYJKoZI
hvcNAQEBBQADgY0AMIGJAoGBAMFNwUNJFwf5Hj4WOeUsvx44L3CJdUIdTdHs6mYR
tiH20s7ZoOpMcRBRSMEmliJ/p/0nt9Jv8MAtw+Js1G7ryZal92Ijb0boCaI3AX5B
nULrK6xXr51FKXNkzkCCPxDZoKf4A9KIhB6Z8nyHQd7muZQK/Wr79R6I391Zz1NG
LgkbAgMBAAGjUzBRMB0GA1UdDgQWBBQYlANIMqT39gDuV2MPlwY+6PhiSjAfBgNV
HSMEGDAWgBQYlANIMqT39gDuV2MPlwY+6PhiSjAPBgNVHRMBAf8EBTADAQH/MA0G
CSqGSIb3DQEBCwUAA4GBABTfySJzOawqyfkQIgKAwZLqVXr9r44iK/pcS0vjr1xN
R/Ja/v8poQ0V5ycrXEngxDwyAjv7aEFuwnYR4eZTskCdwQgiC9irDRpcBum7fO6I
HHLFMjXdEqljdVM+d7g/TT/zUaX4cy3cQA4a8lCjIY37rFSVOfH/KlhBwlJNE2BT
-----END CERTIFICATE-----
`;

const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** The parts of an assertion. Each can be replaced; strings are XML. */
export interface AssertionParts {
  readonly id: string;
  readonly version: string;
  readonly issuer: string;
  readonly issuedAtMs: number;
  readonly subject: string;
  readonly conditions: string;
  readonly statements: string;
}

export const ENTITY_ID = 'https://idp.example/saml';
export const AUDIENCE = 'https://service.example/saml';
export const RECIPIENT = 'https://service.example/acs';

export const iso = (ms: number): string => new Date(ms).toISOString();

export function subject(nowMs: number, options: { readonly name?: string; readonly data?: string } = {}): string {
  const { name = 'ada@example.com', data = `NotOnOrAfter="${iso(nowMs + 300_000)}" Recipient="${RECIPIENT}"` } =
    options;
  return `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData ${data}/></saml:SubjectConfirmation></saml:Subject>`;
}

export function conditions(nowMs: number, inner = audience(AUDIENCE)): string {
  return `<saml:Conditions NotBefore="${iso(nowMs - 5_000)}" NotOnOrAfter="${iso(nowMs + 300_000)}">${inner}</saml:Conditions>`;
}

export function audience(...names: readonly string[]): string {
  const audiences = names.map((name) => `<saml:Audience>${name}</saml:Audience>`).join('');
  return `<saml:AudienceRestriction>${audiences}</saml:AudienceRestriction>`;
}

export const STATEMENTS =
  '<saml:AttributeStatement>' +
  '<saml:Attribute Name="groups"><saml:AttributeValue>engineers</saml:AttributeValue><saml:AttributeValue>ops</saml:AttributeValue></saml:Attribute>' +
  '<saml:Attribute Name="mail"><saml:AttributeValue>ada.l@example.com</saml:AttributeValue></saml:Attribute>' +
  '</saml:AttributeStatement>';

/** Returns an unsigned assertion as an identity provider writes it. */
export function assertionXml(nowMs: number, parts: Partial<AssertionParts> = {}): string {
  const {
    id = `_${randomBytes(16).toString('hex')}`,
    version = '2.0',
    issuer = `<saml:Issuer>${ENTITY_ID}</saml:Issuer>`,
    issuedAtMs = nowMs,
    subject: who = subject(nowMs),
    conditions: when = conditions(nowMs),
    statements = STATEMENTS,
  } = parts;
  return `<saml:Assertion xmlns:saml="${SAML}" ID="${id}" Version="${version}" IssueInstant="${iso(issuedAtMs)}">${issuer}${who}${when}${statements}</saml:Assertion>`;
}

/** Wraps assertions in a response. */
export function responseXml(assertions: string, status = 'urn:oasis:names:tc:SAML:2.0:status:Success'): string {
  return `<samlp:Response xmlns:samlp="${SAMLP}" xmlns:saml="${SAML}" ID="_${randomBytes(16).toString('hex')}" Version="2.0"><saml:Issuer>${ENTITY_ID}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${assertions}</samlp:Response>`;
}

export interface SignOptions {
  readonly key?: string;
  readonly signs?: 'Assertion' | 'Response';
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  /** An HMAC with `key` as its secret. */
  readonly hmac?: boolean;
}

/** Signs an element of a document with an enveloped signature after the issuer. */
export function sign(xml: string, options: SignOptions = {}): string {
  const { key = IDP.key, signs = 'Assertion', signatureAlgorithm = RSA_SHA256, digestAlgorithm = SHA256 } = options;
  const { canonicalization = EXCLUSIVE, transforms = [ENVELOPED, EXCLUSIVE], hmac = false } = options;
  const signer = new SignedXml({ privateKey: key, signatureAlgorithm, canonicalizationAlgorithm: canonicalization });
  if (hmac) signer.enableHMAC();
  const xpath = `//*[local-name(.)='${signs}']`;
  signer.addReference({ xpath, digestAlgorithm, transforms: [...transforms] });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

export const encode = (xml: string): string => Buffer.from(xml).toString('base64');
