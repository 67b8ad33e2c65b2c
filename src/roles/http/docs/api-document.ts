import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DescribedApi } from './described-api';
import { llmsText } from './llms-text';

/** A text that is sent, with its entity tag. */
interface SentText {
  readonly text: string;
  readonly tag: string;
}

/** The OpenAPI document of a surface as it is published. Read when somebody asks: no start waits for a megabyte. */
export class ApiDocument {
  private made: { readonly json: SentText; readonly llms: SentText } | null = null;

  /** @param role whose surface it is: the folder of the role has its `openapi.json`, in the sources as in the build. */
  constructor(private readonly role: 'backend' | 'control-plane') {}

  json(): SentText {
    return this.read().json;
  }

  /** The map for language models: https://llmstxt.org. */
  llms(): SentText {
    return this.read().llms;
  }

  private read(): { readonly json: SentText; readonly llms: SentText } {
    if (this.made) return this.made;
    const file = path.join(__dirname, '../..', this.role, 'openapi.json');
    const document = JSON.parse(readFileSync(file, 'utf8')) as DescribedApi;
    this.made = { json: tagged(JSON.stringify(document)), llms: tagged(llmsText(document)) };
    return this.made;
  }
}

function tagged(text: string): SentText {
  return { text, tag: `"${hash('sha256', text, 'base64url')}"` };
}
