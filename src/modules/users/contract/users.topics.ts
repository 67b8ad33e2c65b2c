/** Topic of changes of users and of ended sessions in the change log; the key of a change is the user id. */
export const USERS_TOPIC = 'users';

/** Topic of deleted users; the key of a change is the user id. Kept for 90 days, for processes that were away. */
export const USER_DELETIONS_TOPIC = 'users.deleted';
