import type { Logger } from '../telemetry/logger';

/** What the pages need of their process. Made by the role that mounts them. */
export class PageSettings {
  /** Where browsers see these pages: scheme and host of `ISSUER_URL`. */
  readonly origin: string;
  /** Whether cookies are for https only and have the prefix `__Host-`; without https browsers would drop them. */
  readonly secure: boolean;

  /**
   * @param issuerUrl `ISSUER_URL`.
   * @param key 256 bits for the tokens and cookies of the pages; the same in every process of the installation.
   */
  constructor(
    issuerUrl: string,
    readonly key: Buffer,
    readonly logger: Logger,
  ) {
    const { origin, protocol } = new URL(issuerUrl);
    this.origin = origin;
    this.secure = protocol === 'https:';
  }
}
