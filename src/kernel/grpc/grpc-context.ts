import type { Metadata } from '@grpc/grpc-js';
import { callContext, type CallContext } from '../context/call-context';
import { newId } from '../ids/ids';
import { continueTrace } from '../telemetry/traceparent';
import { GrpcCallerSignal, type CancellableCall } from './grpc-caller-signal';
import type { ServiceCaller } from './service-caller';

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * Creates the context of a service's gRPC call on behalf of `tenantId` (`null` means the installation).
 * @param call source of the caller's deadline and cancellation; omit it if the call does not start any work that can be canceled.
 */
export function grpcContext(
  metadata: Metadata,
  caller: ServiceCaller,
  tenantId: string | null,
  call?: CancellableCall,
): CallContext {
  const requestId = header(metadata, 'x-request-id');
  return callContext({
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : newId('req'),
    tenantId,
    actor: { type: 'service', id: caller.name },
    deadlineMs: call ? grpcDeadline(call) : null,
    callerSignal: call && new GrpcCallerSignal(call),
    traceparent: continueTrace(header(metadata, 'traceparent')),
  });
}

/** Returns the caller's deadline in Unix milliseconds; `null` if there is no limit, as in calls from public clients. */
export function grpcDeadline(call: Pick<CancellableCall, 'getDeadline'>): number | null {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? deadline : null;
}

function header(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : undefined;
}
