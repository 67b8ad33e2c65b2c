import { Logger } from '@nestjs/common';
import { GrpcMethodStreamingType, MessagePattern, Transport } from '@nestjs/microservices';
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants';
import { AppError, toAppError } from '../errors/app-error';
import { HTTP_STATUS } from '../errors/error-tables';
import { decisions } from '../telemetry/metrics';
import { aliasOf } from './legacy/aliases';
import { countCall, legacyCallOf } from './legacy/legacy-call';
import { isMalformed } from './malformed';

const logger = new Logger('DecisionRpc');

type Handler = (request: unknown, metadata: unknown, call: unknown) => unknown;

/**
 * Marks a unary RPC that decides. Whatever goes wrong (bytes that do not decode, a fault of ours, a store that is away)
 * becomes an OK answer that denies, made by `deny`: a gRPC error would let people in (wire contract §2.6). It wraps the
 * method itself rather than being an exception filter, which Nest calls only after its own pipeline: this costs nothing
 * on the good path, and no guard or pipe can slip past it. Where published clients call the RPC by another name, it answers
 * to both.
 * @param deny the answer that refuses, with the error as its reason.
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
    descriptor.value = async function decide(
      this: unknown,
      request: unknown,
      metadata: unknown,
      call: unknown,
    ): Promise<unknown> {
      const legacy = legacyCallOf(request);
      if (legacy) countCall(legacy, metadata);
      const told = (answer: unknown): unknown => (legacy ? legacy.answer(answer as object) : answer);
      if (isMalformed(request)) {
        refused.inc();
        return told(deny(new AppError('invalid_request', `The bytes are not a ${method} request.`)));
      }
      try {
        const answer: unknown = await handler.call(this, request, metadata, call);
        answered.inc();
        return told(answer);
      } catch (thrown) {
        refused.inc();
        const error = toAppError(thrown);
        if (HTTP_STATUS[error.code] >= 500) logger.error(error.cause ?? error);
        return told(deny(error));
      }
    };
    // No parameter of a decision has a pipe. Told so, Nest hands the arguments on as they are; by default it takes each of
    // them through two promises, which is a tenth of a small decision.
    Reflect.defineMetadata(PARAM_ARGS_METADATA, {}, target.constructor, key);
    const patterns = [method, aliasOf(service, method)]
      .filter((rpc) => rpc !== null)
      .map((rpc) => ({ service, rpc, streaming: GrpcMethodStreamingType.NO_STREAMING }));
    MessagePattern(patterns, Transport.GRPC)(target, key, descriptor);
  };
}
