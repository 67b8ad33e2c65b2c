/** Topic of user changes and ended sessions in the change log. The key of a change is the user id. */
export const USERS_TOPIC = 'users';

/** Topic of deleted users. The key of a change is the user id. Entries are kept for 90 days, for processes that were not running. */
export const USER_DELETIONS_TOPIC = 'users.deleted';
