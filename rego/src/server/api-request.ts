import type { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Value } from '../values/value.js';
import type { Parameters } from './parameters.js';

/** A request as passed to handlers. */
export interface ApiRequest {
  readonly id: number;
  readonly method: string;
  /** The path after the route prefix, escaped, without a leading slash. */
  readonly rest: string;
  readonly parameters: Parameters;
  readonly headers: IncomingHttpHeaders;
  /** The client's socket. */
  readonly socket: Socket;
  /** Empty if the route does not accept a body. */
  readonly body: Buffer;
  readonly isYaml: boolean;
  /** The body, if the authorizer has already parsed it. */
  readonly parsedBody: Value | undefined;
}

/** Returns the address of a client as `ip:port`. */
export const remoteOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress}:${remotePort}`;
