import { GrpcMethod } from '@nestjs/microservices';
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants';
import { outage } from '../errors/app-error';
import { isOver } from './call-deadline';
import { countCall, legacyCallOf } from './legacy/legacy-call';

type Handler = (request: unknown, metadata: unknown, call: unknown) => unknown;

/**
 * Marks a unary RPC whose errors are gRPC errors and whose parameters have no pipes. Told so, Nest hands the arguments on
 * as they are; by default it takes each of them through two promises. Nothing is begun for a caller who no longer waits.
 */
export function PlainRpc(service: string, method: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as Handler;
    descriptor.value = async function run(this: unknown, request: unknown, metadata: unknown, call: unknown) {
      const legacy = legacyCallOf(request);
      if (legacy) countCall(legacy, metadata);
      if (isOver(call)) throw outage('deadline');
      const answer: unknown = await handler.call(this, request, metadata, call);
      return legacy ? legacy.answer(answer as object, metadata) : answer;
    };
    Reflect.defineMetadata(PARAM_ARGS_METADATA, {}, target.constructor, key);
    GrpcMethod(service, method)(target, key, descriptor);
  };
}
