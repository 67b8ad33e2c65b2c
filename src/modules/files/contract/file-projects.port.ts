/** The projects that files of a tenant belong to, for who judges by what a person is in them. */
export abstract class FileProjectsPort {
  /**
   * The project of a file in the tier `shared`; of one that is not there, the one that it is to be made in.
   * @param target of the request, as it was sent. @param asked `projectId` of the request; `null` without.
   * @returns `null` for a file of no project, for other tiers, and for what is no path.
   */
  abstract projectOf(tenantId: string, target: string, asked: string | null): Promise<string | null>;
}
