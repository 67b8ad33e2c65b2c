import type { Metadata } from '@grpc/grpc-js';
import { callContext, type CallContext } from '../context/call-context';
import { newId } from '../ids/ids';
import { continueTrace } from '../telemetry/traceparent';
import { CallOver, type WaitedCall } from './call-over';
import type { ServiceCaller } from './service-caller';

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * The context of a gRPC call by a service, on behalf of `tenantId` (`null`: the installation).
 * @param call by which it is told until when the caller waits; left out where nothing is begun that could be ended.
 */
export function grpcContext(
  metadata: Metadata,
  caller: ServiceCaller,
  tenantId: string | null,
  call?: WaitedCall,
): CallContext {
  const requestId = header(metadata, 'x-request-id');
  return callContext({
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : newId('req'),
    tenantId,
    actor: { type: 'service', id: caller.name },
    deadlineMs: call ? grpcDeadline(call) : null,
    over: call && new CallOver(call),
    traceparent: continueTrace(header(metadata, 'traceparent')),
  });
}

/** Until when the caller waits, in Unix milliseconds; `null`: for ever, as public clients say. */
export function grpcDeadline(call: Pick<WaitedCall, 'getDeadline'>): number | null {
  const deadline = Number(call.getDeadline());
  return Number.isFinite(deadline) ? deadline : null;
}

function header(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : undefined;
}
