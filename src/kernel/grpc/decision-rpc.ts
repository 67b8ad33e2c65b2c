import { Logger } from '@nestjs/common';
import { GrpcMethodStreamingType, MessagePattern, Transport } from '@nestjs/microservices';
import { Counter } from 'prom-client';
import { withoutPipes } from '../adapters/nest-metadata';
import { type AppError, outage, outageOf, toAppError } from '../errors/app-error';
import { HTTP_STATUS } from '../errors/error-tables';
import { isOutage } from '../errors/reason';
import { outageMetrics } from '../telemetry/outage-metrics';
import { isCancelledOrExpired } from './call-deadline';
import { decisionGate } from './decision-gate';
import { aliasOf } from './legacy/aliases';
import { countCall, legacyCallOf } from './legacy/legacy-call';
import { isMalformed, malformedError } from './malformed';
import { REASON } from './problem';
import { sendReason } from './refusal-metadata';

const logger = new Logger('DecisionRpc');

/** A constant, since decorators run when their class is loaded and have no container to inject it from. */
const decisions = new Counter({
  name: 'coresdk_grpc_decisions_total',
  help: 'Decision RPCs by method and outcome (answered, or refused because of an error).',
  labelNames: ['method', 'outcome'] as const,
});

type Handler = (request: unknown, metadata: unknown, call: unknown) => unknown;

/**
 * Marks a unary RPC that makes a decision. Every failure (bytes that cannot be decoded, an internal error, an unavailable store, a full
 * audit log or a caller that is no longer waiting) becomes an OK response that is a denial. `deny` creates the response, and the metadata
 * also contains the reason. After a gRPC error, clients would let requests through (wire contract §2.6). The decorator wraps the method
 * itself instead of being an exception filter, which Nest calls only after its own pipeline. This costs nothing on success, and no guard or
 * pipe can bypass it. If published clients call the RPC by a different name, the decorator handles both names.
 * @param deny returns the denial, with the error as its reason.
 */
export function DecisionRpc<Response>(
  service: string,
  method: string,
  deny: (error: AppError) => Response,
): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as Handler;
    const name = `${service}/${method}`;
    const answered = decisions.labels(name, 'answered');
    const refused = decisions.labels(name, 'refused');
    const refuse = (error: AppError, call: unknown): Response => {
      refused.inc();
      const cause = outageOf(error);
      if (cause !== null) outageMetrics.denied(name, cause);
      sendReason(call, error.reason ?? error.code);
      return deny(error);
    };
    descriptor.value = async function decide(
      this: unknown,
      request: unknown,
      metadata: unknown,
      call: unknown,
    ): Promise<unknown> {
      const legacy = legacyCallOf(request);
      if (legacy) countCall(legacy, metadata);
      const toWire = (answer: unknown): unknown => (legacy ? legacy.answer(answer as object, metadata) : answer);
      if (isMalformed(request)) {
        return toWire(refuse(malformedError(request, method), call));
      }
      const closed = decisionGate.closedBy();
      if (closed !== null) return toWire(refuse(outage(closed), call));
      // Do not start work for a caller that is no longer waiting.
      if (isCancelledOrExpired(call)) return toWire(refuse(outage('deadline'), call));
      try {
        const answer: unknown = await handler.call(this, request, metadata, call);
        answered.inc();
        countOutage(name, answer);
        return toWire(answer);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (HTTP_STATUS[error.code] >= 500) logger.error(error.cause ?? error);
        return toWire(refuse(error, call));
      }
    };
    withoutPipes(target.constructor, key);
    const patterns = [method, aliasOf(service, method)]
      .filter((rpc) => rpc !== null)
      .map((rpc) => ({ service, rpc, streaming: GrpcMethodStreamingType.NO_STREAMING }));
    MessagePattern(patterns, Transport.GRPC)(target, key, descriptor);
  };
}

/** Counts an outage that the handler itself reported in its response. */
function countOutage(name: string, answer: unknown): void {
  const { error } = answer as { readonly error?: { readonly extensions?: Readonly<Record<string, string>> } | null };
  const reason = error?.extensions?.[REASON];
  if (reason !== undefined && isOutage(reason)) outageMetrics.denied(name, reason);
}
