import type { Buffer } from 'buffer';
import { contextTag, DerReader, TAG } from './der.js';
import { fail } from './fail.js';
import { isMappedIpv4 } from './ip.js';
import { isDomainName } from './domain-names.js';
import { parseUri, type Uri } from './uri.js';

/** The subject alternative names that Go reads (RFC 5280 §4.2.1.6); other kinds are skipped. */
export interface AlternativeNames {
  dnsNames: readonly string[];
  emailAddresses: readonly string[];
  /** 4 or 16 bytes each. */
  ipAddresses: readonly Buffer[];
  uris: readonly Uri[];
}

const EMAIL = contextTag(1);
const DNS = contextTag(2);
const URI = contextTag(6);
const IP = contextTag(7);

export function parseAlternativeNames(value: Buffer): AlternativeNames {
  const sequence = new DerReader(value).read(TAG.sequence, 'x509: invalid subject alternative names');
  const names = {
    dnsNames: [] as string[],
    emailAddresses: [] as string[],
    ipAddresses: [] as Buffer[],
    uris: [] as Uri[],
  };
  while (!sequence.isEmpty) {
    const { tag, content } = sequence.readAny('x509: invalid subject alternative name');
    switch (tag) {
      case EMAIL:
        names.emailAddresses.push(ia5(content, 'x509: SAN rfc822Name is malformed'));
        break;
      case DNS:
        names.dnsNames.push(ia5(content, 'x509: SAN dNSName is malformed'));
        break;
      case URI:
        names.uris.push(uriName(ia5(content, 'x509: SAN uniformResourceIdentifier is malformed')));
        break;
      case IP:
        names.ipAddresses.push(ipName(content));
        break;
      default:
    }
  }
  return names;
}

/** Returns the text of an IA5String, which is ASCII. */
export function ia5(content: Buffer, fault: string): string {
  return content.every((byte) => byte < 0x80) ? content.toString('latin1') : fail(fault);
}

function uriName(text: string): Uri {
  const parsed = parseUri(text);
  if (!parsed.ok) {
    return fail(`x509: cannot parse URI ${JSON.stringify(text)}: ${parsed.fault}`);
  }
  if (parsed.uri.host !== '' && !isDomainName(parsed.uri.host)) {
    return fail(`x509: cannot parse URI ${JSON.stringify(text)}: invalid domain`);
  }
  return parsed.uri;
}

function ipName(content: Buffer): Buffer {
  if (content.length !== 4 && content.length !== 16) {
    return fail(`x509: cannot parse IP address of length ${content.length}`);
  }
  return isMappedIpv4(content) ? fail('x509: SAN iPAddress contains IPv4-mapped IPv6 address') : content;
}
