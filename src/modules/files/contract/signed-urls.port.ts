import type { CallContext } from '../../../kernel/context/call-context';
import type { ProjectState } from './file-projects.port';
import type { Reauthorize } from './files.port';
import type { ObjectPlace } from './object-urls.port';
import type { FilePlace, SignedUrl, SignedUrlOrder } from './files.types';

/** The call that a signed URL allows its bearer to make. */
export interface SignedCall {
  readonly method: 'GET' | 'PUT';
  readonly place: FilePlace;
  /** The version to get; `null` for the current version. */
  readonly version: number | null;
  readonly download: string | null;
  readonly maxBytes: number | null;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  /** Asserts that the signer's role in the project of the file is the same as when the URL was signed. */
  readonly reauthorize: Reauthorize;
}

/**
 * URLs that let their bearer get or put one file for a limited time, on behalf of the caller who signed them: for example, for a browser or
 * a program without a token. Each URL is bound to a tenant, a method and a path, and to a version or condition if it has one.
 */
export abstract class SignedUrlsPort {
  /**
   * Signs a URL.
   * @param standing the caller's role in the project of the file, with which the call was authorized.
   */
  abstract sign(context: CallContext, order: SignedUrlOrder, standing: ProjectState | null): Promise<SignedUrl>;

  /** Returns the call that a URL allows; the surface has already verified the URL. Errors: `forbidden` for a URL that is not for a file. */
  abstract callOf(signature: string): SignedCall;

  /** Returns the object that a URL is for, or `null` for a file URL. The surface has already verified the URL. */
  abstract objectOf(signature: string): ObjectPlace | null;
}
