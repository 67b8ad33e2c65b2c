import { GrpcMethod } from '@nestjs/microservices';
import { withoutPipes } from '../adapters/nest-metadata';
import { outage } from '../errors/app-error';
import { isCancelledOrExpired } from './call-deadline';
import { countCall, legacyCallOf } from './legacy/legacy-call';

type Handler = (request: unknown, metadata: unknown, call: unknown) => unknown;

/**
 * Marks a unary RPC whose errors are gRPC errors and whose parameters have no pipes. It does not start work for a caller that is no longer
 * waiting.
 */
export function PlainRpc(service: string, method: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as Handler;
    descriptor.value = async function run(this: unknown, request: unknown, metadata: unknown, call: unknown) {
      const legacy = legacyCallOf(request);
      if (legacy) countCall(legacy, metadata);
      if (isCancelledOrExpired(call)) throw outage('deadline');
      const answer: unknown = await handler.call(this, request, metadata, call);
      return legacy ? legacy.answer(answer as object, metadata) : answer;
    };
    withoutPipes(target.constructor, key);
    GrpcMethod(service, method)(target, key, descriptor);
  };
}
