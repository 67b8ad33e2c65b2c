import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { PublishedDocument } from '../../kernel/http/answers/published-document';
import { PLATFORM_SCOPES } from '../apps/contract/platform-scopes';
import { SelfRegistrationPort } from '../apps/contract/self-registration.port';
import type { MetadataPort } from './contract/metadata.port';
import { authorizationServerMetadata, withRegistration } from './domain/metadata';
import { oauthConfig, type OauthConfig } from './oauth.config';

const MAX_AGE_SECONDS = 300;

/** The metadata of this installation, built once. */
@Injectable()
export class MetadataService implements MetadataPort {
  private readonly closed: PublishedDocument;
  /** The metadata that is used if apps can register themselves. */
  private readonly open: PublishedDocument;

  constructor(
    private readonly registrations: SelfRegistrationPort,
    @Inject(oauthConfig.token) { ISSUER_URL }: OauthConfig,
  ) {
    const metadata = authorizationServerMetadata(ISSUER_URL, [...PLATFORM_SCOPES.keys()]);
    this.closed = publish(metadata);
    this.open = publish(withRegistration(metadata, ISSUER_URL));
  }

  metadata(): PublishedDocument {
    return this.registrations.isOffered() ? this.open : this.closed;
  }
}

function publish(metadata: Readonly<Record<string, unknown>>): PublishedDocument {
  const text = JSON.stringify(metadata);
  return { text, etag: `"${hash('sha256', text, 'base64url')}"`, maxAgeSeconds: MAX_AGE_SECONDS };
}
