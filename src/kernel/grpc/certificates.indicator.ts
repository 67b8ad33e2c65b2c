import { Injectable } from '@nestjs/common';
import { ReadinessIndicator } from '../health/readiness-indicator';
import { Certificates } from './certificates';

/** Checks the certificate in use, and reports changed files that cannot be used. */
@Injectable()
export class CertificatesIndicator extends ReadinessIndicator {
  readonly key = 'tls';
  readonly order = 1;

  constructor(private readonly certificates: Certificates) {
    super();
  }

  protected override missing(): string | null {
    return this.certificates.missing();
  }

  protected override note(): string | null {
    return this.certificates.fault();
  }
}
