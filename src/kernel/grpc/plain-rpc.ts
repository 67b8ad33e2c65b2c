import { GrpcMethod } from '@nestjs/microservices';
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants';

/**
 * Marks a unary RPC whose errors are gRPC errors and whose parameters have no pipes. Told so, Nest hands the arguments on
 * as they are; by default it takes each of them through two promises.
 */
export function PlainRpc(service: string, method: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(PARAM_ARGS_METADATA, {}, target.constructor, key);
    GrpcMethod(service, method)(target, key, descriptor);
  };
}
