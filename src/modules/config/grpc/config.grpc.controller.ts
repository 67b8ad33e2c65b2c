import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  ConfigSnapshot as ConfigSnapshotMessage,
  GetConfigRequest,
  GetConfigResponse,
  WatchConfigRequest,
} from '../../../kernel/grpc/generated/coresdk/v1/config';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { isMalformed, type Malformed, malformedError } from '../../../kernel/grpc/malformed';
import { problemOf } from '../../../kernel/grpc/problem';
import { ServerStreams } from '../../../kernel/grpc/server-streams';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { TenantConfigPort } from '../contract/config.port';
import type { ConfigSnapshot } from '../contract/config.types';

type WatchCall = ServerWritableStream<WatchConfigRequest, ConfigSnapshotMessage>;

/** `coresdk.v1.ConfigService`: serves configurations to services, which name the tenant. */
@Controller()
export class ConfigGrpcController {
  constructor(
    private readonly config: TenantConfigPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
    private readonly streams: ServerStreams,
  ) {}

  @DecisionRpc('ConfigService', 'GetConfig', (error) => ({ snapshot: null, error: problemOf(error) }))
  async getConfig(request: GetConfigRequest, metadata: Metadata): Promise<GetConfigResponse> {
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenant?.tenantId ?? '');
    const snapshot = await this.config.snapshot(grpcContext(metadata, caller, tenantId), tenantId);
    return { snapshot: toMessage(snapshot), error: null };
  }

  /**
   * Errors: UNAUTHENTICATED for a caller that is not a service, NOT_FOUND, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE;
   * PERMISSION_DENIED when the tenant is suspended, including during the stream.
   */
  @GrpcMethod('ConfigService', 'WatchConfig')
  async watchConfig(
    request: WatchConfigRequest | Malformed,
    metadata: Metadata,
    call: WatchCall,
  ): Promise<Observable<never>> {
    if (isMalformed(request)) throw malformedError(request, 'WatchConfig');
    const caller = this.callers.require(metadata);
    const tenantId = await namedTenant(this.tenants, caller, request.tenant?.tenantId ?? '');
    const context = grpcContext(metadata, caller, tenantId);
    const last = request.lastVersion === '' ? null : request.lastVersion;
    return this.streams.write(
      call,
      { caller, tenantId },
      (signal) => this.config.watch(context, tenantId, last, signal),
      toMessage,
    );
  }
}

function toMessage({ version, values, updatedAtMs }: ConfigSnapshot): ConfigSnapshotMessage {
  return { version, values, updatedAt: Math.floor(updatedAtMs / 1_000), storageBackend: 'postgres' };
}
