import 'reflect-metadata';
import type { RequestMethod, Type } from '@nestjs/common';
import {
  CONTROLLER_WATERMARK,
  INJECTABLE_WATERMARK,
  METHOD_METADATA,
  MODULE_METADATA,
  PARAMTYPES_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
  SELF_DECLARED_DEPS_METADATA,
} from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants';
import type { Token } from '../composition/ports';

/** Returns the tokens that the constructor of a class injects, in order. */
export function injectedBy(injecting: Type): readonly Token[] {
  const tokens = [...((Reflect.getMetadata(PARAMTYPES_METADATA, injecting) ?? []) as readonly Token[])];
  const declared = (Reflect.getMetadata(SELF_DECLARED_DEPS_METADATA, injecting) ?? []) as readonly {
    readonly index: number;
    readonly param: Token;
  }[];
  for (const { index, param } of declared) tokens[index] = param;
  return tokens;
}

/** Returns whether a token is a class with `@Injectable()`. */
export function isInjectable(token: Token): token is Type {
  return typeof token === 'function' && Reflect.hasMetadata(INJECTABLE_WATERMARK, token);
}

/** Returns whether a class has `@Controller()`. */
export function isController(exported: object): boolean {
  return Reflect.hasMetadata(CONTROLLER_WATERMARK, exported);
}

/** Returns whether a class has `@Module()`. */
export function isModule(exported: object): boolean {
  return Reflect.hasMetadata(MODULE_METADATA.PROVIDERS, exported);
}

/** Returns the controllers that `@Module()` names. */
export function controllersOfModule(module: Type): readonly Type[] {
  return (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as readonly Type[];
}

/** Returns the paths of a controller or of one of its methods, as passed to the decorator. */
export function pathsOf(declared: object): readonly string[] {
  return [(Reflect.getMetadata(PATH_METADATA, declared) ?? '') as string | readonly string[]].flat();
}

/** Returns the HTTP method that a controller method handles; `undefined` if it handles none. */
export function requestMethodOf(handler: object): RequestMethod | undefined {
  return Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
}

/** Returns the schema that `@Body({ schema })` declares for a method; `undefined` if it declares no schema. */
export function bodySchemaOf(controller: Type, method: string): unknown {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Readonly<
    Record<string, { readonly schema?: unknown }>
  >;
  return Object.entries(parameters).find(([kind]) => kind.startsWith(`${RouteParamtypes.BODY}:`))?.[1].schema;
}

/** Saves the current parameters of a controller method. The returned function restores them. */
export function keepParameters(controller: object, method: string | symbol): () => void {
  const kept: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
  return () => Reflect.defineMetadata(ROUTE_ARGS_METADATA, kept, controller, method);
}

/**
 * Declares that no parameter of an RPC has a pipe, so that Nest passes the arguments on unchanged. By default, Nest sends each argument
 * through two promises, which takes a tenth as long as a small decision.
 */
export function withoutPipes(controller: object, method: string | symbol): void {
  Reflect.defineMetadata(PARAM_ARGS_METADATA, {}, controller, method);
}
