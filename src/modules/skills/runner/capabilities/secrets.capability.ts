import { Injectable, Optional } from '@nestjs/common';
import { RESOLVE_ACCESS } from '../../../secrets/contract/resolve-access';
import { secretRef } from '../../../secrets/contract/resolution.types';
import { SecretsPort } from '../../../secrets/contract/secrets.port';
import { CallerAccess } from '../caller-access';
import { CapabilityRefusal } from '../../sandbox/thread-host';
import type { CapabilityCall } from './capability-call';

/** The secrets that are granted to the code and that its caller is allowed to read. */
@Injectable()
export class SecretsCapability {
  constructor(
    private readonly access: CallerAccess,
    @Optional() private readonly secrets?: SecretsPort,
  ) {}

  async get([name]: readonly unknown[], { frame, grants }: CapabilityCall): Promise<unknown> {
    if (typeof name !== 'string' || !grants.secrets.includes(name)) {
      throw new CapabilityRefusal('not_granted', 'The skill is not granted this secret.');
    }
    if (this.secrets === undefined) throw new CapabilityRefusal('unavailable', 'This worker cannot reach secrets.');
    const { scope, action, resourceType } = RESOLVE_ACCESS;
    await this.access.assert(frame, { action, resource: `${resourceType}/${name}`, requiredScope: scope, context: {} });
    const { context } = frame;
    const userId = context.actor.type === 'user' ? context.actor.id : null;
    const principal = { userId, clientId: userId === null ? context.appId : null, groups: null, entityId: null };
    const order = { bundles: [], refs: [secretRef.parse({ name })], contextId: frame.jobId };
    const { resolved } = await this.secrets.resolve(context, principal, order);
    const [secret] = resolved;
    if (secret === undefined) throw new CapabilityRefusal('not_found', 'There is no such secret.');
    return Buffer.from(secret.value).toString('utf8');
  }
}
