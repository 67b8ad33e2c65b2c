/** Topic of changes of users and of ended sessions in the change log; the key of a change is the user id. */
export const USERS_TOPIC = 'users';
