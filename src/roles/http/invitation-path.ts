const ACCEPT = /^\/v1\/users\/invitations\/[^/]+\/accept\/?$/;

/** Whether a path accepts an invitation: it has the invitation's token in it, which no record may have. */
export function isInvitationPath(path: string): boolean {
  return ACCEPT.test(path);
}

/** A path as it may be recorded. */
export function recordedPath(path: string): string {
  return isInvitationPath(path) ? '/v1/users/invitations/{token}/accept' : path;
}
