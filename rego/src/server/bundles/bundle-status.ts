import { errorData } from '../api-error.js';
import type { RegoError } from '../../errors.js';

/** The value that Go writes for an unset time. */
const NEVER = '0001-01-01T00:00:00Z';

/** The status of a bundle as OPA reports it in `/v1/status`. */
export class BundleStatus {
  private revision = '';
  private activatedAt = NEVER;
  private downloadedAt = NEVER;
  private succeededAt = NEVER;
  private requestedAt = NEVER;
  private size = 0;
  private fault: { readonly message: string; readonly httpCode?: number; readonly errors?: readonly unknown[] } | null =
    null;

  constructor(private readonly name: string) {}

  requested(): void {
    this.requestedAt = now();
  }

  /** Records a response. `bytes` is the size of a new bundle, or `null` if there is none. */
  answered(bytes: number | null): void {
    this.succeededAt = now();
    if (bytes === null) return;
    this.downloadedAt = this.succeededAt;
    this.size = bytes;
  }

  activated(revision: string): void {
    this.activatedAt = now();
    this.revision = revision;
    this.fault = null;
  }

  /** Records that the active bundle is current. */
  unchanged(): void {
    this.fault = null;
  }

  failed(message: string, detail: { readonly httpCode?: number; readonly errors?: readonly RegoError[] } = {}): void {
    const { httpCode, errors } = detail;
    this.fault = {
      message,
      ...(httpCode === undefined ? {} : { httpCode }),
      ...(errors === undefined ? {} : { errors: errors.map((error) => errorData(error)) }),
    };
  }

  data(): unknown {
    const { fault } = this;
    return {
      name: this.name,
      ...(this.revision === '' ? {} : { active_revision: this.revision }),
      last_successful_activation: this.activatedAt,
      type: 'snapshot',
      ...(this.size === 0 ? {} : { size: this.size }),
      last_successful_download: this.downloadedAt,
      last_successful_request: this.succeededAt,
      last_request: this.requestedAt,
      ...(fault === null ? {} : { code: 'bundle_error', message: fault.message }),
      ...(fault?.errors === undefined ? {} : { errors: fault.errors }),
      ...(fault?.httpCode === undefined ? {} : { http_code: String(fault.httpCode) }),
    };
  }
}

const now = (): string => new Date().toISOString();
