import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import { newUlid } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { ClientsPort } from '../apps/contract/clients.port';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import type {
  ContextRefusal,
  ContextVerdict,
  PlatformContextPort,
  ShownContext,
} from './contract/platform-context.port';
import { livePermissions, timeRefusal } from './domain/judge-context';
import { type ReadContext, readContext } from './domain/read-context';

@Injectable()
export class PlatformContextService implements PlatformContextPort {
  constructor(
    private readonly clients: ClientsPort,
    private readonly tenants: TenantNames,
    private readonly revocations: RevocationsPort,
    private readonly clock: Clock,
  ) {}

  async validate(_context: CallContext, shown: ShownContext): Promise<ContextVerdict> {
    const read = readContext(shown.raw);
    if (!read) return refuse('malformed');
    const { clientId, permissions, issuedAtMs, message, mac } = read;
    if (shown.clientId !== clientId) return refuse('client_mismatch');
    // This check runs before any check whose result only the app is allowed to learn. Without the secret, the result is the same for any
    // tenant, even for one that does not exist.
    const client = await this.clients.provesByMac(clientId, message, mac);
    if (!client) return refuse('signature');
    // Compares only the names of the app's own tenant; no other tenant is looked up.
    const names = [client.tenantId, await this.tenants.slugOf(client.tenantId)];
    if (![shown.tenant, read.tenant].every((name) => names.includes(name))) return refuse('tenant_mismatch');
    const refusal = timeRefusal(issuedAtMs, this.clock.nowMs()) ?? (await this.standing(client.tenantId, read));
    if (refusal !== null) return refuse(refusal);
    return { valid: true, permissions: livePermissions(permissions, client.declaredScopes) };
  }

  /** Checks that the app may still sign contexts, according to the rules for a token that was issued at the same time. */
  private async standing(
    tenantId: string,
    { clientId, issuedUntilMs }: Pick<ReadContext, 'clientId' | 'issuedUntilMs'>,
  ): Promise<ContextRefusal | null> {
    if (!(await this.tenants.isActive(tenantId))) return 'tenant_not_active';
    return this.revocations.isRevoked({ jti: newUlid(issuedUntilMs), clientId, tenantId }) ? 'revoked' : null;
  }
}

function refuse(refusal: ContextRefusal): ContextVerdict {
  return { valid: false, refusal };
}
