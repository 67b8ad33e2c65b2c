import type { Logger } from '../telemetry/logger';

/** The settings that the pages need from their process. Created by the role that mounts them. */
export class PageSettings {
  /** Origin of these pages in the browser: scheme and host of `ISSUER_URL`. */
  readonly origin: string;
  /** True if cookies are for HTTPS only and have the `__Host-` prefix. Without HTTPS, browsers would drop such cookies. */
  readonly secure: boolean;

  /**
   * @param issuerUrl `ISSUER_URL`.
   * @param key 256-bit key for the tokens and cookies of the pages; it must be the same in every process of the installation.
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
