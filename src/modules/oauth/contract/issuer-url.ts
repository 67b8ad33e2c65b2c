/** The issuer of all tokens, which is also the public address of the backend; a class, so that it can be asked for. */
export class IssuerUrl {
  /** @param href without a slash at its end. */
  constructor(readonly href: string) {}
}
