import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { readCertificates } from '../../../kernel/grpc/certificates';
import { grpcConfig, unixPath } from '../../../kernel/grpc/grpc.config';
import { splitAddress } from '../../../kernel/network/host';
import type { Check } from '../check';
import { errorMessage } from '../error-message';
import { fail, type Finding, ok, skip, warn } from '../finding';
import { leadsTo, pemCertificates } from '../certificate-chain';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const OTHERS = 0o077;

/**
 * Checks that the files with which services authenticate are readable, form a matching pair, are valid for long enough and for the right
 * names, and were issued by the configured authorities.
 */
export const tlsCheck: Check = {
  group: 'TLS',
  limitMs: 2_000,
  needs: ['CORESDK_TLS_CERT', 'CORESDK_TLS_KEY', 'CORESDK_TLS_CA', 'TLS is only partly configured'],
  async run({ settings }) {
    const { tlsFiles } = settings;
    if (tlsFiles === null) {
      const isTokenSet = settings.of(grpcConfig).CORESDK_SERVICE_TOKEN !== null;
      const instead = isTokenSet ? 'services authenticate with CORESDK_SERVICE_TOKEN' : 'nor is CORESDK_SERVICE_TOKEN';
      return [skip('files', `not set up; ${instead}`)];
    }
    const { certFile, keyFile, caFile } = tlsFiles;
    let set;
    try {
      set = readCertificates(tlsFiles);
    } catch (error) {
      return [
        fail(
          'files',
          errorMessage(error).replace(/\.$/, ''),
          'Fix these files. A running process keeps the last valid set.',
        ),
      ];
    }
    const [leaf, ...others] = pemCertificates(set.cert);
    if (leaf === undefined)
      return [fail('files', `${certFile} contains no certificate`, 'Store the chain there, as PEM.')];
    const found = [ok('files', `${certFile} and its key match`), judgeExpiry('expiry', leaf.validToDate, Date.now())];
    found.push(judgeNames(leaf, settings.of(grpcConfig).CORESDK_SIDECAR_ADDR));
    if (set.ca !== null && caFile !== null) {
      const authorities = pemCertificates(set.ca);
      const known = leadsTo(leaf, others, authorities);
      const stranger = `${certFile} was not issued by the authorities in ${caFile}`;
      const remedy = 'Have one of these authorities issue it, or add its authority to CORESDK_TLS_CA_FILE.';
      found.push(
        known
          ? ok('authorities', `the certificate was issued by those in ${caFile}`)
          : fail('authorities', stranger, remedy),
      );
      const [first] = authorities.toSorted((a, b) => a.validToDate.getTime() - b.validToDate.getTime());
      if (first) found.push(judgeExpiry('authority', first.validToDate, Date.now()));
    }
    if ((statSync(keyFile).mode & OTHERS) !== 0 && !isMounted(keyFile)) {
      found.push(warn('key file', `${keyFile} can be read by other users`, `chmod go-rwx ${keyFile}`));
    }
    return found;
  },
};

/** Returns whether an orchestrator mounted a file: such a file is a link into a folder where the orchestrator sets the modes. */
function isMounted(file: string): boolean {
  return file.startsWith('/var/run/secrets/') || file.startsWith('/run/secrets/');
}

/** Returns the finding about the remaining lifetime of a certificate. */
export function judgeExpiry(subject: string, until: Date, nowMs: number): Finding {
  const left = Math.floor((until.getTime() - nowMs) / DAY_MS);
  const day = until.toISOString().slice(0, 10);
  const remedy = 'Replace it. The files are reloaded within a second.';
  if (until.getTime() < nowMs) return fail(subject, `it expired on ${day}`, remedy);
  const detail = `valid until ${day}, ${left === 1 ? '1 more day' : `${left} more days`}`;
  return left < SOON_DAYS ? warn(subject, detail, remedy) : ok(subject, detail);
}

/** Returns the finding about the certificate's names, which must include the sidecar's address for clients that call it. */
export function judgeNames(
  leaf: Pick<X509Certificate, 'subjectAltName' | 'checkHost' | 'checkIP'>,
  address: string | null,
): Finding {
  const names = leaf.subjectAltName;
  const remedy = 'Issue the certificate with subject alternative names for all names that clients use for the sidecar.';
  if (names === undefined)
    return warn('names', 'it has no subject alternative names, so clients that check them refuse it', remedy);
  const host = address === null || unixPath(address) !== null ? null : splitAddress(address).host;
  const isAny = host === '0.0.0.0' || host === '::';
  if (host === null || isAny) return ok('names', names);
  const covered = isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host);
  return covered === undefined
    ? warn('names', `${names}: does not include ${host} from CORESDK_SIDECAR_ADDR`, remedy)
    : ok('names', names);
}
