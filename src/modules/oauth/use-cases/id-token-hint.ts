import { Injectable } from '@nestjs/common';
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import { z } from 'zod';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { Clock } from '../../../kernel/time/clock';
import { KeysPort } from '../../keys/contract/keys.port';
import { ID_TOKEN_TYP } from '../domain/id-token';
import { oauthConfig, type OauthConfig } from '../oauth.config';

const hintClaims = z.object({ sub: z.string(), aud: z.string(), sid: z.string(), tenant_id: z.string() });

/** The claims of an earlier ID token from this issuer. */
export type HintClaims = Readonly<z.infer<typeof hintClaims>>;

/** Reads `id_token_hint`: an ID token from this issuer, even if it has expired (RP-Initiated Logout §2, Core §3.1.2.1). */
@Injectable()
export class IdTokenHint {
  constructor(
    private readonly keys: KeysPort,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** Returns the claims; `null` for anything but an ID token that this issuer signed. Errors: `unavailable` if keys are stale. */
  async read(hint: string): Promise<HintClaims | null> {
    const keyFor = ({ kid }: JWTHeaderParameters) => {
      const key = this.keys.verificationKey(kid ?? '');
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key.publicKey;
    };
    try {
      const { payload } = await jwtVerify(hint, keyFor, {
        algorithms: ['RS256'],
        typ: ID_TOKEN_TYP,
        issuer: this.config.ISSUER_URL,
        // Accepts any age: the hint only identifies the user.
        currentDate: new Date(this.clock.nowMs()),
        clockTolerance: Number.MAX_SAFE_INTEGER,
      });
      return hintClaims.safeParse(payload).data ?? null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}
