import { status as Grpc, type ServiceError } from '@grpc/grpc-js';
import { grpcConfig } from '../../../kernel/grpc/grpc.config';
import { SILENT_LOGGER } from '../../../kernel/telemetry/logger';
import { systemContext } from '../../../kernel/context/call-context';
import { Certificates } from '../../../kernel/grpc/certificates';
import { GrpcChannel } from '../../../kernel/grpc/grpc-channel';
import { newId } from '../../../kernel/ids/ids';
import { AuditGrpcClient } from '../../../modules/audit/client/audit.grpc-client';
import type { Check, DoctorContext } from '../check';
import { errorMessage } from '../error-message';
import { fail, type Finding, ok } from '../finding';

const TIMEOUT_MS = 3_000;

/** For a split role, checks that the processes it calls are responding and accept its credentials. */
export const peersCheck: Check = {
  group: 'Other processes',
  limitMs: 4_500,
  needs: ['CONTROL_PLANE_URL', 'CORESDK_SIDECAR_ADDR', 'CORESDK_SERVICE_TOKEN', 'CONTROL_PLANE_TOKEN', 'CORESDK_TLS'],
  async run({ settings }) {
    if (settings.role.ROLE !== 'backend') return [];
    return Promise.all([controlPlane(settings), sidecar(settings)]);
  },
};

async function controlPlane({ role }: DoctorContext['settings']): Promise<Finding> {
  const { CONTROL_PLANE_URL: url, CONTROL_PLANE_TOKEN: token } = role;
  const subject = 'control plane';
  const get = (path: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${url ?? ''}${path}`, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  try {
    const health = await get('/health', {});
    if (!health.ok) {
      return fail(subject, `${url ?? ''} returns ${health.status} at /health`, 'Correct CONTROL_PLANE_URL.');
    }
    if (token === null) return ok(subject, `${url ?? ''} responds`);
    const { status } = await get('/api/v1/keys', { authorization: `Bearer ${token.reveal()}` });
    if (status === 200) return ok(subject, `${url ?? ''} responds, and accepts CONTROL_PLANE_TOKEN`);
    return fail(
      subject,
      `${url ?? ''} refuses CONTROL_PLANE_TOKEN (${status})`,
      'Set the token with which it was started.',
    );
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? errorMessage(error.cause) : errorMessage(error);
    return fail(subject, `${url ?? ''} does not respond: ${cause}`, 'Start it, or correct CONTROL_PLANE_URL.');
  }
}

/** Calls a method that only services can call and that records nothing. */
async function sidecar(settings: DoctorContext['settings']): Promise<Finding> {
  const { tlsFiles } = settings;
  const grpc = settings.of(grpcConfig);
  const address = grpc.CORESDK_SIDECAR_ADDR ?? '';
  const serviceToken = grpc.CORESDK_SERVICE_TOKEN?.reveal() ?? null;
  const certificates = tlsFiles === null ? null : new Certificates(tlsFiles, SILENT_LOGGER);
  const channel = new GrpcChannel({ address, serviceToken, serviceName: 'doctor', certificates });
  const nowMs = Date.now();
  try {
    const context = { ...systemContext(newId('req', nowMs)), deadlineMs: nowMs + TIMEOUT_MS };
    await new AuditGrpcClient(channel).assertWritable(context);
    return ok('sidecar', `${address} responds, accepts the credentials of this role, and can write the audit log`);
  } catch (error) {
    return judgeRefusal(address, refusalOf(error));
  } finally {
    channel.close();
    certificates?.close();
  }
}

/** Returns the gRPC error at the root of a port's error; `null` if there is no such error. */
function refusalOf(error: unknown): ServiceError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'number') return cause as ServiceError;
  }
  return null;
}

/** Returns the finding about a sidecar that did not respond successfully. */
export function judgeRefusal(address: string, refusal: Pick<ServiceError, 'code' | 'details'> | null): Finding {
  if (refusal?.code === Grpc.UNAUTHENTICATED) {
    const remedy = 'Set the CORESDK_SERVICE_TOKEN with which the sidecar was started.';
    return fail('sidecar', `${address} refuses the credentials of this role`, remedy);
  }
  if (refusal === null)
    return fail('sidecar', `${address} cannot write the audit log now`, 'Run the doctor where the sidecar runs.');
  const why = refusal.code === Grpc.DEADLINE_EXCEEDED ? 'in time' : `(${refusal.details})`;
  return fail(
    'sidecar',
    `${address} does not respond ${why}`,
    'Start it, or correct CORESDK_SIDECAR_ADDR and CORESDK_TLS_*.',
  );
}
