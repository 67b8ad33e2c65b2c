import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { type ProvidedSecret, ProviderFault, type SecretPlace, type SecretProvider } from './secret-provider';

/** Injection token of the providers that this installation has. */
export const SECRET_PROVIDERS = Symbol('secret providers');

/** A value, or why it could not be had. */
export type ReadOutcome = ProvidedSecret | Pick<ProviderFault, 'code' | 'message'>;

/** The providers by name. */
@Injectable()
export class Providers {
  private readonly byName: ReadonlyMap<string, SecretProvider>;

  constructor(
    @Inject(SECRET_PROVIDERS) providers: readonly SecretProvider[],
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.byName = new Map(providers.map((provider) => [provider.name, provider]));
  }

  /** Never throws: one secret that cannot be had must not take the others with it. */
  async read(name: string, place: SecretPlace): Promise<ReadOutcome> {
    const provider = this.byName.get(name);
    if (!provider) return { code: 'unavailable', message: `There is no provider "${name}" here.` };
    try {
      return await provider.read(place);
    } catch (thrown) {
      const { tenantId } = place;
      if (thrown instanceof ProviderFault && thrown.code === 'not_found') return thrown;
      // The cause may name a path or an address, which are the operator's to see; it never has a value.
      this.logger.warn({ err: thrown, tenantId, provider: name }, 'A secret could not be read');
      if (thrown instanceof ProviderFault) return thrown;
      return { code: 'internal', message: 'The provider could not be read.' };
    }
  }
}
