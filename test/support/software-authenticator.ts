import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** The options of a page, of either kind. */
interface PageOptions {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id?: string };
  readonly user?: { readonly id: string };
}

/** The changes that an attacker or a faulty device makes to an answer. */
export interface AnswerChanges {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  /** False if the device did not verify its user. */
  readonly isVerified?: boolean;
  readonly counter?: number;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const HAS_CREDENTIAL = 0x40;

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/**
 * A device with one passkey (ES256, attestation `none`) that answers the options of a page as a browser would. Its counter stays at 0, as
 * that of a synced passkey does. The browser tests use Chromium's own authenticator; this one can also answer wrongly.
 */
export class SoftwareAuthenticator {
  readonly credentialId = randomBytes(32);
  private readonly privateKey: KeyObject;
  /** The public key as a COSE key (RFC 9053 §7.1.1). */
  readonly publicKey: Buffer;
  private readonly origin: string;
  private userHandle = '';

  constructor(origin: string) {
    this.origin = origin;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = privateKey;
    this.publicKey = coseKey(publicKey);
  }

  /** Answers `navigator.credentials.create`. @param json the options in the page. */
  create(json: string, changes: AnswerChanges = {}): string {
    const options = JSON.parse(json) as PageOptions;
    this.userHandle = options.user?.id ?? '';
    const authData = Buffer.concat([
      this.authenticatorData(options.rp?.id ?? '', HAS_CREDENTIAL, changes),
      Buffer.alloc(16),
      Buffer.from([0, this.credentialId.length]),
      this.credentialId,
      this.publicKey,
    ]);
    const attestationObject = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(authData)],
    ]);
    const clientDataJSON = this.clientData('webauthn.create', options, changes);
    return this.answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** Answers `navigator.credentials.get`. @param json the options in the page. */
  get(json: string, changes: AnswerChanges = {}): string {
    const options = JSON.parse(json) as PageOptions;
    const authenticatorData = this.authenticatorData(options.rpId ?? '', 0, changes);
    const clientDataJSON = this.clientData('webauthn.get', options, changes);
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
    return this.answer({
      clientDataJSON: clientDataJSON.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: createSign('sha256').update(signed).sign(this.privateKey).toString('base64url'),
      userHandle: this.userHandle,
    });
  }

  private answer(response: object): string {
    const id = this.credentialId.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }

  private clientData(type: string, { challenge }: PageOptions, changes: AnswerChanges): Buffer {
    const data = { type, challenge, origin: this.origin, crossOrigin: false };
    const { origin = data.origin } = changes;
    return Buffer.from(
      JSON.stringify({ ...data, origin, type: changes.type ?? type, challenge: changes.challenge ?? challenge }),
    );
  }

  private authenticatorData(rpId: string, more: number, changes: AnswerChanges): Buffer {
    const verified = changes.isVerified === false ? 0 : USER_VERIFIED;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(changes.counter ?? 0);
    const flags = USER_PRESENT | verified | BACKUP_ELIGIBLE | BACKED_UP | more;
    return Buffer.concat([sha256(changes.rpId ?? rpId), Buffer.from([flags]), counter]);
  }
}

/** Writes the head of a CBOR item (RFC 8949 §3). */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  return value < 256
    ? Buffer.from([(major << 5) | 24, value])
    : Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

const integer = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (entries: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);

function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return map([
    [integer(1), integer(2)],
    [integer(3), integer(-7)],
    [integer(-1), integer(1)],
    [integer(-2), bytes(Buffer.from(x, 'base64url'))],
    [integer(-3), bytes(Buffer.from(y, 'base64url'))],
  ]);
}
