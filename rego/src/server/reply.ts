/** A response. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** `application/json` by default; none for an empty body. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body: string): Reply => ({ status: 200, body });
export const empty = (status: number): Reply => ({ status, body: '' });
