export const EXPORT_KIND = 'users/export';
