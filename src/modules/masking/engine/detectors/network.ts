import { isIPv6 } from 'node:net';
import { spaced, type Emit } from '../detector';
import type { Scan } from '../scan/scan';
import { personal } from './entity';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const PREFIX_V4 = '(?:/(?:3[0-2]|[12]?\\d)(?!\\d))?';
/** A run of characters that can be an IPv6 address with a zone and a prefix length. Each run is matched only once. */
const RUNS_V6 = /(?<![\w:.])(?=[\dA-F]{0,4}:)[\dA-F:.]{2,46}(?:%\w{1,15})?(?:\/(?:12[0-8]|1[01]\d|\d?\d)(?!\d))?/gi;
const WORD_AFTER = /[\w:]/;

const IP_SCORE = 0.6;
/** The score of the unspecified address, whose notation also occurs in programming languages. */
const UNSPECIFIED_SCORE = 0.1;

export const NETWORK = [
  personal('IP_ADDRESS', 'IPv4 or IPv6 (RFC 4291) address of a host or network', {
    texts: [spaced(`${OCTET}(?:\\.${OCTET}){3}(?!\\w)${PREFIX_V4}`, IP_SCORE)],
    find: findV6,
    context: ['ip', 'ipv4', 'ipv6', 'ip address'],
  }),
  personal('MAC_ADDRESS', 'Network device address', {
    texts: [
      {
        text: /(?<!\w)[\dA-F]{2}(?:(?::[\dA-F]{2}){5}|(?:-[\dA-F]{2}){5})(?!\w)|(?<!\w)[\dA-F]{4}\.[\dA-F]{4}\.[\dA-F]{4}(?!\w)/gi,
        near: [':', '-', '.'],
        score: 0.6,
        checked: 1,
      },
    ],
    // The broadcast address and the null address do not belong to any device.
    judge: (value) => (/^(?:F+|0+)$/i.test(value.replace(/[:.-]/g, '')) ? false : null),
    context: ['mac', 'mac address', 'hardware address', 'physical address', 'ethernet'],
  }),
];

function findV6({ text }: Scan, emit: Emit): void {
  if (!text.includes(':')) return;
  RUNS_V6.lastIndex = 0;
  for (let match = RUNS_V6.exec(text); match !== null; match = RUNS_V6.exec(text)) {
    const run = match[0];
    const [address = '', ...rest] = run.split(/(?=[%/])/);
    const trimmed = rest.length > 0 || address.endsWith('::') ? address : address.replace(/[.:]$/, '');
    if (!isIPv6(trimmed) || WORD_AFTER.test(text.charAt(match.index + run.length))) continue;
    emit(
      match.index,
      match.index + trimmed.length + rest.join('').length,
      trimmed === '::' ? UNSPECIFIED_SCORE : IP_SCORE,
    );
  }
}
