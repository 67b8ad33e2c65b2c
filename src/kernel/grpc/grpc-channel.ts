import {
  type ChannelCredentials,
  Client,
  credentials,
  experimental,
  Metadata,
  type ServiceError,
  status as Grpc,
} from '@grpc/grpc-js';
import type { MethodDefinition as LoadedMethod, PackageDefinition } from '@grpc/proto-loader';
import { type AppError, outage } from '../errors/app-error';
import { isOutage, type OutageReason } from '../errors/reason';
import type { CallContext } from '../context/call-context';
import type { Certificates } from './certificates';
import { unixPath } from './grpc.config';
import { loadPackageDefinition } from './package-definition';
import { REASON_METADATA } from './refusal-metadata';
import { RepeatedCalls } from './repeated-calls';
import { ServerPresence } from './server-presence';
import { ServerProbe } from './server-probe';

export interface GrpcChannelOptions {
  /** `host:port` of the sidecar, or `unix:/path`. */
  readonly address: string;
  readonly serviceToken: string | null;
  readonly serviceName: string;
  /** If set, both sides authenticate (mutual TLS), except over a local socket. */
  readonly certificates?: Certificates | null;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Time limit for a health check of the sidecar. */
const PROBE_TIMEOUT_MS = 3_000;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * One connection from this process to the sidecar, shared by the clients of all ports. If the sidecar has just stopped, for example during
 * a restart, each call waits for it until the call's deadline. If the sidecar stays unavailable, calls fail immediately as an outage.
 */
export class GrpcChannel {
  private readonly client: Client;
  private readonly presence: ServerPresence;
  private readonly probe = new ServerProbe(() => this.answersInTime());
  private readonly repeated = new RepeatedCalls();
  private readonly definition: PackageDefinition = loadPackageDefinition({ legacyClients: false });

  constructor(private readonly options: GrpcChannelOptions) {
    this.client = new Client(options.address, credentialsFor(options), {
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 5_000,
      // Reconnects quickly to a restarted sidecar, or to a different sidecar behind the same load balancer.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 250,
      // Ignores service configurations from name servers.
      'grpc.service_config_disable_resolution': 1,
      // Same as the sidecar's limit: a masked megabyte of short values grows to several megabytes of tokens.
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    });
    this.presence = new ServerPresence(this.client.getChannel());
  }

  /**
   * Makes one unary call and returns the decoded response. A gRPC error is an outage here, because denials are ordinary responses. The
   * resulting error is `deadline_exceeded` if the deadline passed, otherwise `unavailable` with the reason that the sidecar reports or, if
   * it does not report one, `sidecar_unavailable`. Calls whose proto marks them as idempotent are retried when their connection breaks.
   * @param service full name, such as `coresdk.v1.AuthService`.
   * @param headers additional metadata.
   * @param told receives the metadata of the response, before the call resolves.
   */
  unary<Request extends object, Response>(
    service: string,
    method: string,
    request: Request,
    context: CallContext | null,
    headers: Readonly<Record<string, string>> = {},
    told?: (metadata: Metadata) => void,
  ): Promise<Response> {
    const definition = this.method(service, method);
    const deadline = context?.deadlineMs ?? Date.now() + DEFAULT_TIMEOUT_MS;
    return new Promise((resolve, reject) => {
      // This uses callbacks, because additional promises for each attempt would cost as much as a small decision.
      const attempt = (count: number): void => {
        let refusal = '';
        const call = this.client.makeUnaryRequest(
          definition.path,
          definition.requestSerialize,
          definition.responseDeserialize,
          request,
          this.metadata(context, headers),
          { deadline },
          (error, response) => {
            if (error !== null) {
              const pauseMs = error.code === Grpc.UNAVAILABLE ? this.repeated.failed(definition, count) : null;
              if (pauseMs !== null && Date.now() + pauseMs < deadline) setTimeout(attempt, pauseMs, count + 1);
              else reject(outageBehind(service, method, error, this.presence.isHere()));
              return;
            }
            this.repeated.succeeded();
            // The loader decoded the response with the descriptor that the caller named.
            if (isOutage(refusal)) reject(notHad(service, method, refusal));
            else resolve(response as Response);
          },
        );
        // The reason why a decision RPC could not decide. The response is a denial, and might not have a field for the reason.
        call.on('metadata', (answered) => {
          refusal = String(answered.get(REASON_METADATA)[0] ?? '');
          told?.(answered);
        });
      };
      attempt(1);
    });
  }

  /**
   * Returns the reason why this process is not ready: the sidecar has never been reached, is unavailable or hangs. Connects if there is no
   * connection.
   */
  missing(): string | null {
    const { address } = this.options;
    this.client.getChannel().getConnectivityState(true);
    if (!this.presence.isHere()) return `sidecar: no response at ${address}`;
    return this.probe.isAnswering() ? null : `sidecar: it accepts connections at ${address} but does not respond`;
  }

  /**
   * Returns whether the sidecar responds to a health check in time (gRPC Health Checking Protocol). Any response proves that the sidecar
   * does not hang.
   */
  private async answersInTime(): Promise<boolean> {
    const same = (bytes: Buffer): Buffer => bytes;
    const deadline = Date.now() + PROBE_TIMEOUT_MS;
    return new Promise((resolve) => {
      this.client.makeUnaryRequest(
        '/grpc.health.v1.Health/Check',
        same,
        same,
        Buffer.alloc(0),
        new Metadata(),
        { deadline },
        (error) => resolve(error?.code !== Grpc.DEADLINE_EXCEEDED),
      );
    });
  }

  close(): void {
    this.client.close();
  }

  private metadata(context: CallContext | null, headers: Readonly<Record<string, string>>): Metadata {
    const metadata = new Metadata({ waitForReady: this.presence.isAwaited() });
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    metadata.set('x-service-name', this.options.serviceName);
    if (this.options.serviceToken !== null) metadata.set('x-service-token', this.options.serviceToken);
    if (context) {
      metadata.set('x-request-id', context.requestId);
      if (context.traceparent !== null) metadata.set('traceparent', context.traceparent);
    }
    return metadata;
  }

  private method(service: string, method: string): LoadedMethod<object, object> {
    const definition = this.definition[service];
    const found = definition !== undefined && !('format' in definition) ? definition[method] : undefined;
    if (!found) throw new Error(`The RPC ${service}/${method} does not exist.`);
    return found;
  }
}

function credentialsFor({ address, certificates = null }: GrpcChannelOptions): ChannelCredentials {
  if (certificates === null || unixPath(address) !== null) return credentials.createInsecure();
  return experimental.createCertificateProviderChannelCredentials(certificates, certificates);
}

const WORDS = 'No decision is available; try again.';

function outageBehind(service: string, method: string, error: ServiceError, isHere: boolean): AppError {
  const cause = new Error(`${service}/${method} failed with ${Grpc[error.code]}`, { cause: error });
  return outage(reasonOf(error, isHere), { message: WORDS, cause });
}

function notHad(service: string, method: string, reason: OutageReason): AppError {
  return outage(reason, { message: WORDS, cause: new Error(`${service}/${method} answered ${reason}`) });
}

function reasonOf({ code, metadata }: ServiceError, isHere: boolean): OutageReason {
  // The deadline may have passed while the call waited for a sidecar.
  if (code === Grpc.DEADLINE_EXCEEDED) return isHere ? 'deadline' : 'sidecar_unavailable';
  const named = String(metadata.get(REASON_METADATA)[0] ?? '');
  return isOutage(named) ? named : 'sidecar_unavailable';
}
