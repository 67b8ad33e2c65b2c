import { createServer } from 'node:net';
import { existsSync } from 'node:fs';
import { grpcConfig, unixPath } from '../../../kernel/grpc/grpc.config';
import { internalAddress } from '../../role.config';
import { PORTS_OF } from '../../settings';
import { splitAddress } from '../../../kernel/network/host';
import { sidecarPort } from '../../sidecar-address';
import type { Check, DoctorContext } from '../check';
import { fail, type Finding, ok } from '../finding';

/** Checks that the ports of this role are free, or in use by the process that runs with these settings. */
export const portsCheck: Check = {
  group: 'Ports',
  limitMs: 4_000,
  needs: ['PORT', 'CONTROL_PLANE_PORT', 'HEALTH_PORT', 'INTERNAL_ADDRESS', 'CORESDK_SIDECAR_ADDR'],
  async run(patient) {
    const { role } = patient.settings;
    const rest = PORTS_OF[role.ROLE].map((name) =>
      judged(patient, name, role[name], name === 'PORT' ? undefined : internalAddress(role)),
    );
    return Promise.all([...rest, ...sidecarFindings(patient)]);
  },
};

function sidecarFindings(patient: DoctorContext): readonly Promise<Finding>[] {
  const { role } = patient.settings;
  if (role.ROLE !== 'all' && role.ROLE !== 'sidecar') return [];
  const { CORESDK_SIDECAR_ADDR: address } = patient.settings.of(grpcConfig);
  const socket = address === null ? null : unixPath(address);
  const name = 'CORESDK_SIDECAR_ADDR';
  if (socket !== null) return [Promise.resolve(judgeSocket(patient, socket))];
  const host = address === null ? '127.0.0.1' : splitAddress(address).host;
  return [judged(patient, name, sidecarPort(address) ?? 0, host)];
}

function judgeSocket({ running }: DoctorContext, file: string): Finding {
  const subject = 'CORESDK_SIDECAR_ADDR';
  if (!existsSync(file)) return running === null ? ok(subject, `${file} is free`) : absent(subject, file);
  return ok(subject, running === null ? `${file} is left over; the next start replaces it` : `${file} is ours`);
}

async function judged(
  { running }: DoctorContext,
  subject: string,
  port: number,
  host: string | undefined,
): Promise<Finding> {
  const fault = await tryPort(port, host);
  if (fault === 'EADDRINUSE') {
    if (running !== null) return ok(subject, `${port} is ours`);
    const remedy = `Stop that program ("ss -ltnp sport = :${port}" shows it), or set ${subject} to a different port.`;
    return fail(subject, `${port} is in use by a different program`, remedy);
  }
  if (fault === 'EACCES') {
    return fail(subject, `${port} cannot be opened by this user`, `Set ${subject} to 1024 or higher.`);
  }
  if (fault === 'EADDRNOTAVAIL' || fault === 'ENOTFOUND') {
    return fail(subject, `${host ?? ''} is not an address of this machine`, `Set ${subject} to one of its addresses.`);
  }
  if (fault !== null) return fail(subject, `${port} cannot be opened (${fault})`, `Set ${subject} to a free port.`);
  return running === null ? ok(subject, `${port} is free`) : absent(subject, String(port));
}

/** Returns the finding that a process is running but is not listening at the address in these settings. */
function absent(subject: string, where: string): Finding {
  const remedy = 'Check its log. If it was started with different settings, restart it.';
  return fail(subject, `our process is running, but is not listening at ${where}`, remedy);
}

/** Tries to open a port, and returns the error code; `null` if it can be opened. Closes the port immediately. */
function tryPort(port: number, host: string | undefined): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ port, exclusive: true, ...(host === undefined ? {} : { host }) }, () =>
      server.close(() => resolve(null)),
    );
  });
}
