import { Buffer } from 'buffer';
import { DerReader, TAG, type Oid } from './der.js';
import { fail } from './fail.js';
import { sliceJson, stringsJson, type Json } from './json-tree.js';

export interface NameAttribute {
  readonly type: Oid;
  readonly value: string;
}

/** A distinguished name: its attributes in order, without the grouping into sets, which Go's `pkix.Name` also drops. */
export type Name = readonly NameAttribute[];

/** Maps `2.5.4.n` to the member of Go's `pkix.Name`. */
const SINGLE_VALUED = new Map([
  [3, 'CommonName'],
  [5, 'SerialNumber'],
]);
const MULTI_VALUED = new Map([
  [6, 'Country'],
  [7, 'Locality'],
  [8, 'Province'],
  [9, 'StreetAddress'],
  [10, 'Organization'],
  [11, 'OrganizationalUnit'],
  [17, 'PostalCode'],
]);

export function parseName(der: Buffer): Name {
  const sequence = new DerReader(der).read(TAG.sequence, 'x509: invalid RDNSequence');
  const attributes: NameAttribute[] = [];
  while (!sequence.isEmpty) {
    const set = sequence.read(TAG.set, 'x509: invalid RDNSequence');
    while (!set.isEmpty) {
      const attribute = set.read(TAG.sequence, 'x509: invalid RDNSequence: invalid attribute');
      const type = attribute.readOid('x509: invalid RDNSequence: invalid attribute type');
      const value = attribute.readAny('x509: invalid RDNSequence: invalid attribute value');
      attributes.push({ type, value: nameString(value.tag, value.content) });
    }
  }
  return attributes;
}

function nameString(tag: number, content: Buffer): string {
  const text = asn1String(tag, content);
  return text.ok ? text.value : fail(`x509: invalid RDNSequence: invalid attribute value: ${text.fault}`);
}

type Decoded = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly fault: string };

/** Decodes a string of any ASN.1 type used in names, with Go's character checks. */
export function asn1String(tag: number, content: Buffer): Decoded {
  switch (tag) {
    case TAG.utf8String: {
      const value = content.toString('utf8');
      return Buffer.from(value, 'utf8').equals(content) ? { ok: true, value } : invalid('UTF-8 string');
    }
    case TAG.printableString:
      return content.every(isPrintable) ? latin1(content) : invalid('PrintableString');
    case TAG.ia5String:
      return content.every((byte) => byte < 0x80) ? latin1(content) : invalid('IA5String');
    case TAG.numericString:
      return content.every((byte) => isDigit(byte) || byte === 0x20) ? latin1(content) : invalid('NumericString');
    case TAG.t61String:
      return latin1(content); // As in Go and BoringSSL, T.61 is read as Latin-1, which is nearly the same.
    case TAG.bmpString:
      return bmpString(content);
    default:
      return { ok: false, fault: `unsupported string type: ${tag}` };
  }
}

const latin1 = (content: Buffer): Decoded => ({ ok: true, value: content.toString('latin1') });
const invalid = (type: string): Decoded => ({ ok: false, fault: `invalid ${type}` });
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

function isPrintable(byte: number): boolean {
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  // `*` and `&` are not part of the type, but are common in certificates, and Go accepts them.
  return isLetter || isDigit(byte) || " '()+,-./:=?*&".includes(String.fromCharCode(byte));
}

function bmpString(content: Buffer): Decoded {
  if (content.length % 2 !== 0) {
    return invalid('BMPString');
  }
  let value = '';
  for (let at = 0; at < content.length; at += 2) {
    const unit = content.readUInt16BE(at);
    const isReserved = unit >= 0xfffe || (unit >= 0xfdd0 && unit <= 0xfdef) || (unit >= 0xd800 && unit <= 0xdfff);
    if (isReserved) {
      return invalid('BMPString');
    }
    value += String.fromCharCode(unit);
  }
  return { ok: true, value: value.endsWith('\0') ? value.slice(0, -1) : value };
}

/** Returns the JSON of Go's `pkix.Name`. If a single-valued member occurs more than once, the last one applies. */
export function nameJson(name: Name): Json {
  const single = new Map<string, string>();
  const multiple = new Map<string, string[]>();
  for (const { type, value } of name) {
    const isX520 = type.length === 4 && type[0] === 2 && type[1] === 5 && type[2] === 4;
    const singleMember = isX520 ? SINGLE_VALUED.get(type[3] ?? 0) : undefined;
    const multipleMember = isX520 ? MULTI_VALUED.get(type[3] ?? 0) : undefined;
    if (singleMember !== undefined) {
      single.set(singleMember, value);
    } else if (multipleMember !== undefined) {
      const values = multiple.get(multipleMember) ?? [];
      values.push(value);
      multiple.set(multipleMember, values);
    }
  }
  return {
    CommonName: single.get('CommonName') ?? '',
    SerialNumber: single.get('SerialNumber') ?? '',
    ...Object.fromEntries(
      [...MULTI_VALUED.values()].map((member) => [member, stringsJson(multiple.get(member) ?? [])]),
    ),
    Names: sliceJson(name, ({ type, value }) => ({ Type: type, Value: value })),
    ExtraNames: null,
  };
}
