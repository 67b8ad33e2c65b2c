import { Injectable } from '@nestjs/common';
import { newWebhookSecret } from '../../kernel/network/webhook-signature';
import { TenantKeys } from '../../kernel/sealing/tenant-keys';
import { type SealedSigningSecret, SigningRepository } from './storage/signing.repository';

/** Manages the secrets that sign calls of the `http` runtime. */
@Injectable()
export class SkillSigning {
  constructor(
    private readonly keys: TenantKeys,
    private readonly repository: SigningRepository,
  ) {}

  /** Creates a secret, and returns it in plaintext and in sealed form. */
  async newSecret(tenantId: string, name: string): Promise<{ readonly secret: string } & SealedSigningSecret> {
    const key = await this.keys.current(tenantId);
    const secret = newWebhookSecret();
    return { secret, keyId: key.id, sealed: key.seal(Buffer.from(secret), ownerOf(name)) };
  }

  /** Returns the valid secrets, starting with the current secret; empty if the skill has no secrets. Errors: `unavailable`. */
  async secrets(tenantId: string, name: string): Promise<readonly string[]> {
    const sealed = await this.repository.secrets(tenantId, name);
    return Promise.all(
      sealed.map(async ({ keyId, sealed: bytes }) =>
        (await this.keys.byId(tenantId, keyId)).open(bytes, ownerOf(name)).toString('utf8'),
      ),
    );
  }
}

function ownerOf(name: string): string {
  return `skills/${name}`;
}
