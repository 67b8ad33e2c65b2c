/** Injection token: base of the URLs that are given out. */
export const PUBLIC_URL = Symbol('public URL of files');

/** What the files of a process need of its role. */
export interface FilesOptions {
  /** `DATA_DIR` */
  readonly dataDir: string;
  /** `PUBLIC_URL` */
  readonly publicUrl: string;
}
