import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { type ProvidedSecret, ProviderFault, type SecretPlace, type SecretProvider } from './secret-provider';

/** The injection token for this installation's providers. */
export const SECRET_PROVIDERS = Symbol('secret providers');

/** A value, or the reason why it could not be read. */
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

  /** Reads a secret. Never throws: one failed secret must not affect the others. */
  async read(name: string, place: SecretPlace): Promise<ReadOutcome> {
    const provider = this.byName.get(name);
    if (!provider) return { code: 'unavailable', message: `The provider "${name}" is not configured.` };
    try {
      return await provider.read(place);
    } catch (thrown) {
      const { tenantId } = place;
      if (thrown instanceof ProviderFault && thrown.code === 'not_found') return thrown;
      // The cause can contain a path or an address, which only operators are allowed to see. It never contains a value.
      this.logger.warn({ err: thrown, tenantId, provider: name }, 'Failed to read a secret');
      if (thrown instanceof ProviderFault) return thrown;
      return { code: 'internal', message: 'Failed to read from the provider.' };
    }
  }
}
