import type { CallContext } from '../../../kernel/context/call-context';
import type { ProjectState } from './file-projects.port';
import type { Reauthorize } from './files.port';
import type { ObjectPlace } from './object-urls.port';
import type { FilePlace, SignedUrl, SignedUrlOrder } from './files.types';

/** The call that a signed URL allows its bearer to make. */
export interface SignedCall {
  readonly method: 'GET' | 'PUT';
  readonly place: FilePlace;
  /** `null`: the current one. */
  readonly version: number | null;
  readonly download: string | null;
  readonly maxBytes: number | null;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  /** That the role of the signer in the project of the file is the one that the URL was signed with. */
  readonly reauthorize: Reauthorize;
}

/**
 * URLs by which whoever has them may get or put one file for a while, as the caller who made them: to be given to a browser,
 * or to a program without a token. Each is bound to tenant, method, path, and to a version or a condition where it names one.
 */
export abstract class SignedUrlsPort {
  /** @param standing the caller's role in the project of the file, with which the call itself was authorized. */
  abstract sign(context: CallContext, order: SignedUrlOrder, standing: ProjectState | null): Promise<SignedUrl>;

  /** Returns the call that a URL allows; the surface has verified the URL. Errors: `forbidden` for a URL that is not for a file. */
  abstract callOf(signature: string): SignedCall;

  /** Returns the object that a URL is for; the surface has verified the URL. `null` for the URL of a file. */
  abstract objectOf(signature: string): ObjectPlace | null;
}
