import { isIP } from 'node:net';
import type { ConfigReader } from '../kernel/config/config-section';
import { type GrpcConfig, unixPath } from '../kernel/grpc/grpc.config';
import type { TlsFiles } from '../kernel/grpc/tls.config';
import { splitAddress } from '../kernel/network/host';
import type { Role } from './role.config';

/** The default port of the sidecar. */
const DEFAULT_PORT = 50_051;

/** Reports faults in the combination of CORESDK_SIDECAR_ADDR and TLS: both ends of a connection to another machine must authenticate. */
export function checkSidecarAddress(
  role: Role,
  grpc: GrpcConfig,
  tlsFiles: TlsFiles | null,
  reader: Pick<ConfigReader, 'fault'>,
): void {
  const address = grpc.CORESDK_SIDECAR_ADDR;
  const isMutual = tlsFiles !== null && tlsFiles.caFile !== null;
  if (role === 'backend' && tlsFiles !== null && !isMutual) {
    reader.fault('CORESDK_TLS_CA_FILE must be set with CORESDK_TLS_CERT_FILE and ROLE=backend.');
  }
  if (address === null || isLocal(address)) return;
  const isMissing = 'set CORESDK_TLS_CERT_FILE, CORESDK_TLS_KEY_FILE and CORESDK_TLS_CA_FILE.';
  if ((role === 'all' || role === 'sidecar') && !isMutual) {
    reader.fault(
      `CORESDK_SIDECAR_ADDR must be a loopback address or unix:/path unless callers authenticate with certificates: ${isMissing}`,
    );
  }
  if (role === 'backend' && !isMutual) {
    reader.fault(
      `CORESDK_SIDECAR_ADDR is on a different machine, to which tokens can be sent only over mutual TLS: ${isMissing}`,
    );
  }
}

/** Returns the port at which the sidecar listens; `null` for a socket. */
export function sidecarPort(address: string | null): number | null {
  if (address === null) return DEFAULT_PORT;
  if (unixPath(address) !== null) return null;
  return splitAddress(address).port;
}

function isLocal(address: string): boolean {
  if (unixPath(address) !== null) return true;
  const { host } = splitAddress(address);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
